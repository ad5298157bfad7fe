"""An export: written line by line, read whole, the newest of each thing alone."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.base.errors import InputError, OutputError, UnreadableError
from affidavit.changes.forge.model import Missing, PullRequest
from affidavit.sources.forge import lines, reading, writing
from affidavit.sources.forge.lines import Done, Progress
from affidavit.sources.forge.reading import Export, Section, Unknown, first_line
from affidavit.sources.forge.writing import Writer
from forgelines import AT, HEAD, checks, line, pull, pull_commit, rules, unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from affidavit.changes.forge.model import Record

DONE = Done(section="pull_requests", at=AT, count=2, requests=1)


def written(path: Path, records: Iterable[Record] = (), *marks: Progress | Done) -> Path:
    """An export of `records`, then `marks`."""
    with Writer(path, HEAD) as writer:
        for one in records:
            writer.record(line(one))
        for mark in marks:
            if isinstance(mark, Progress):
                writer.progress(mark)
            else:
                writer.done(mark)
    return path


def read(path: Path) -> list[Record]:
    return [one.data for one in Export(path).lines()]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "export.jsonl"


def test_what_is_written_is_read_again(place: Path) -> None:
    all_of_it: list[Record] = [
        pull(1),
        pull(2, commits=(pull_commit("c" * 40),)),
        checks("d" * 40, "success"),
    ]
    export = Export(written(place, all_of_it, DONE))
    assert [one.data for one in export.lines()] == all_of_it
    assert (export.head, export.counts) == (HEAD, {"pull_request": 2, "checks": 1})
    assert export.sections == {"pull_requests": Section(done=DONE)}
    assert export.whole("pull_requests")
    assert not export.whole("checks")


def test_nobody_else_can_read_the_file(place: Path) -> None:
    assert written(place).stat().st_mode & 0o777 == 0o600


def test_of_one_thing_the_newest_record_counts(place: Path) -> None:
    commit = "c" * 40
    old: list[Record] = [pull(1, title="Old"), pull(2), checks(commit, None)]
    new: list[Record] = [pull(1, title="New"), checks(commit, "success")]
    export = Export(written(place, [*old, *new]))
    assert [one.data for one in export.lines()] == [old[1], *new]
    assert export.counts == {"pull_request": 2, "checks": 1}


def test_what_was_found_at_a_time_stays_beside_what_was_found_later(place: Path) -> None:
    both = [rules("2026-01-01T00:00:00Z"), rules("2026-02-01T00:00:00Z")]
    assert read(written(place, both)) == both


def test_what_is_missing_from_the_newest_record_is_unknown(place: Path) -> None:
    lost = Missing("protection", "permission", needs="administration=read")
    export = Export(
        written(place, [rules("2026-01-01T00:00:00Z"), rules("2026-02-01T00:00:00Z", lost)])
    )
    expected = Unknown("branch_rules", "protection", "permission", "administration=read")
    assert export.unknowns == {expected: 1}


def test_what_was_missing_once_and_is_there_now_is_not_unknown(place: Path) -> None:
    lost = Missing("reviews", "error")
    old: list[Record] = [
        pull(1, missing=(lost,)),
        rules("2026-01-01T00:00:00Z", Missing("rules", "error")),
    ]
    export = Export(written(place, [*old, pull(1), rules("2026-02-01T00:00:00Z")]))
    assert export.unknowns == {}


def test_a_section_that_is_whole_now_is_no_longer_unavailable(place: Path) -> None:
    lost = [unavailable("pull_requests"), unavailable("releases")]
    export = Export(written(place, lost, DONE))
    assert [one.data for one in export.lines()] == [lost[1]]
    assert export.unknowns == {Unknown("unavailable", "releases", "permission", "contents=read"): 1}


def test_a_last_line_that_was_cut_off_is_passed_over_and_overwritten(place: Path) -> None:
    written(place, [pull(1), pull(2)])
    place.write_bytes(place.read_bytes()[:-20])
    export = Export(place)
    assert ([one.data for one in export.lines()], export.torn) == ([pull(1)], True)
    assert read(written(place, [pull(3)])) == [pull(1), pull(3)]
    assert not Export(place).torn


def test_a_head_that_was_cut_off_is_written_anew(place: Path) -> None:
    place.write_bytes(b'{"format":"affid')
    assert read(written(place, [pull(1)])) == [pull(1)]


def test_progress_and_etags_are_those_said_last(place: Path) -> None:
    first = Progress(section="activity", cursor="c", top="t", etags={"a": '"1"', "b": '"2"'})
    last = Progress(section="activity", watermark=AT, etags={"a": '"3"'})
    export = Export(written(place, [], first, last))
    expected = Section(progress=last, etags={"a": '"3"', "b": '"2"'})
    assert export.sections == {"activity": expected}


def test_only_one_process_writes(place: Path) -> None:
    with Writer(place, HEAD), pytest.raises(OutputError, match="another process writes"):
        Writer(place, HEAD)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Input data was truncated"),
        ("[]\n", "Expected `object`"),
        ('{"format":"other","forge":"","host":"","repository":"","tool":""}\n', "is 'other'"),
        ("\udcff\n", "is no export"),
    ],
)
def test_a_file_that_is_no_export_is_refused(place: Path, text: str, message: str) -> None:
    place.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(InputError, match=message):
        Export(place)
    with pytest.raises(InputError, match=message):
        first_line(place)


@pytest.mark.parametrize(
    "broken",
    [
        b"nothing\n",
        b'{"data":{"record":7}}\n',
        b'{"data":{"record":"pull_request","number":"1"}}\n',
        b'{"progress":{}}\n',
        b'{"done":{"section":"x"}}\n',
        b'{"data":{"record":"\xff"}}\n',
        b'{"data":' + b"[" * 100_000 + b"\n",
        b'{"other":' + b"[" * 100_000 + b"\n",
    ],
)
def test_a_broken_line_is_named(place: Path, broken: bytes) -> None:
    written(place, [pull(1)])
    with place.open("ab") as file:
        file.write(broken)
    with pytest.raises(InputError, match="line 3"):
        Export(place)


def test_a_record_of_no_known_sort_is_named_when_it_is_read(place: Path) -> None:
    written(place, [pull(1)])
    with place.open("ab") as file:
        file.write(b'{"data":{"record":"other","id":1}}\n')
    with pytest.raises(InputError, match="line 3"):
        read(place)


def test_what_is_appended_meanwhile_is_not_read(place: Path) -> None:
    export = Export(written(place, [pull(1)]))
    written(place, [pull(2)])
    assert [one.data for one in export.lines()] == [pull(1)]


def test_what_is_not_there_is_unreadable(place: Path) -> None:
    for ask in (Export, first_line):
        with pytest.raises(UnreadableError):
            ask(place)
    with pytest.raises(OutputError, match="cannot be written"):
        Writer(place / "below", HEAD)


def test_a_line_is_bounded(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(place, [pull(1, body="x" * 2000)])
    monkeypatch.setattr(reading, "LARGEST_LINE", 1000)
    with pytest.raises(InputError, match="line 2 is longer than 1,000 bytes"):
        Export(place)


def test_how_much_an_export_is_about_is_bounded(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_KEYS", 2)
    assert len(read(written(place, [pull(1), pull(2), pull(2)]))) == 2
    with pytest.raises(InputError, match="more than 2 things"):
        Export(written(place, [pull(3)]))


def test_a_record_too_long_for_a_line_loses_its_texts_first(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "LARGEST_LINE", 3000)
    whole = pull(1, body="x" * 2000, commits=(pull_commit("c" * 40, message="y" * 2000),))
    (found,) = read(written(place, [whole]))
    missing = (Missing("body", "truncated"), Missing("commits.message", "truncated"))
    bare = msgspec.structs.replace(whole.commits[0], message=None)
    assert found == msgspec.structs.replace(whole, body=None, commits=(bare,), missing=missing)


def test_a_record_still_too_long_loses_its_lists(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "LARGEST_LINE", 3000)
    commits = tuple(pull_commit(f"{n:040x}") for n in range(20))
    many, ran = pull(1, commits=commits), checks("c" * 40, *["success"] * 50)
    found, told = read(written(place, [many, ran]))
    assert isinstance(found, PullRequest)
    assert (found.commits, found.missing[2]) == ((), Missing("commits", "truncated", total=20))
    lost = (Missing("runs", "truncated", total=50), Missing("statuses", "truncated", total=0))
    assert told == checks("c" * 40, missing=lost)


def test_a_record_that_no_line_can_hold_is_refused(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "LARGEST_LINE", 100)
    with pytest.raises(OutputError, match="larger than a line may be"):
        written(place, [unavailable("x" * 100)])


def test_what_does_not_consist_of_lines_is_not_written_to(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "LARGEST_LINE", 100)
    monkeypatch.setattr(writing, "_PIECE", 100)
    place.write_bytes(b"x" * 1000)
    with pytest.raises(InputError, match="does not consist of lines"):
        Writer(place, HEAD)
    assert place.read_bytes() == b"x" * 1000


@pytest.mark.parametrize("call", ["write", "fsync"])
def test_a_disk_that_is_full_is_an_error(
    place: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def full(*_arguments: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with Writer(place, HEAD) as writer:
        monkeypatch.setattr(os, call, full)
        with pytest.raises(OutputError, match="No space left on device"):
            writer.progress(Progress(section="activity"))


SIZE = """
import sys, tracemalloc
from pathlib import Path
from affidavit.sources.forge.reading import Export
tracemalloc.start()
export = Export(Path(sys.argv[1]))
print(sum(1 for _ in export.lines()), tracemalloc.get_traced_memory()[1])
"""


def test_reading_holds_no_records(place: Path) -> None:
    encoded = msgspec.json.encode(line(pull(1, body="x" * 10_000)))
    head = msgspec.json.encode(HEAD)
    with place.open("wb") as file:
        file.write(head + b"\n")
        for number in range(8_000):
            file.write(encoded.replace(b'"number":1,', b'"number":%d,' % number) + b"\n")
    done = subprocess.run(
        [sys.executable, "-c", SIZE, place], capture_output=True, text=True, check=True
    )
    count, most = map(int, done.stdout.split())
    assert (count, most < 8 << 20) == (8_000, True)
    assert place.stat().st_size > 80_000_000


def test_the_longest_line_is_that_of_the_format() -> None:
    assert lines.LARGEST_LINE == 16 << 20
