"""``affidavit ledger verify``: where it looks, what it refuses, and its words."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from affidavit.ledger.checkpoint import parse_checkpoint
from affidavit.ledger.cosignature import cosign
from affidavit.ledger.note import SigningKey, parse_note
from commands import FACT, begun, database, lines, ran, refused
from ledgers import ORIGIN, as_anybody, open_folder

if TYPE_CHECKING:
    from pathlib import Path

OTHER = "example.com/other"
WITNESS = SigningKey.from_secret("example.com/witness", bytes(32), algorithm=4)


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with a ledger of three entries, the key and a checkpoint of it beside it."""
    place = begun(tmp_path / "here", facts=2)
    keep(place)
    return place


def keep(place: Path) -> None:
    assert ran("export", "out", here=place).status == 0
    (place / "log.vkey").write_bytes((place / "out" / "vkey").read_bytes())
    assert ran("checkpoint", "--output", "kept", here=place).status == 0


def told(*args: str | Path, here: Path) -> tuple[int, list[str]]:
    ended = ran("verify", *args, here=here)
    assert ended.err == ""
    return ended.status, ended.out.decode().splitlines()


def proved(here: Path, *, newline: bool = False) -> tuple[str, ...]:
    assert ran("prove", "1", "--output", "proof", here=here).status == 0
    entry = ran("show", "1", "--raw", here=here).out
    (here / "entry").write_bytes(entry + b"\n" * newline)
    return "--proof", "proof", "--entry", "entry", "--key", "log.vkey"


def test_without_a_path_the_ledger_of_a_folder_above_is_verified(here: Path) -> None:
    (here / "src" / "deep").mkdir(parents=True)
    args = "--key", here / "log.vkey", "--against", here / "kept"
    status, lines = told(*args, here=here / "src" / "deep")
    assert (status, lines[0], lines[3]) == (
        0,
        "status         verified",
        "signed         entries 0 to 2 (3): signed by the log alone",
    )


def test_without_a_path_and_a_ledger_there_is_nothing_to_verify(tmp_path: Path) -> None:
    ended = ran("verify", here=tmp_path)
    refused(ended, "AFF-NOT-A-LEDGER", 4)
    assert "name a project with a ledger, its .affidavit folder, or an export" in ended.err


@pytest.mark.parametrize(
    "path", ["here", "here/.affidavit", "here/out", "here/.affidavit/ledger.db"]
)
def test_what_this_account_may_not_read_is_told_as_that(path: str) -> None:
    with open_folder() as folder:
        here = begun(folder / "here", facts=1)
        assert ran("export", "out", here=here).status == 0
        (here / "out").chmod(0o700)
        with as_anybody():
            ended = ran("verify", folder / path, here=folder)
        assert "Permission denied" in refused(ended, "AFF-UNREADABLE", 5)
    assert "ask the account whose it is for an export" in ended.err


def test_a_database_that_this_account_may_not_read_is_told_as_that(here: Path) -> None:
    with open_folder() as folder:
        copy = folder / "ledger.db"
        copy.write_bytes(database(here).read_bytes())
        copy.chmod(0)
        with as_anybody():
            refused(ran("verify", copy, here=folder), "AFF-UNREADABLE", 5)


@pytest.mark.parametrize(
    ("more", "name"),
    [
        (["."], "PATH"),
        (["--tree-only"], "--tree-only"),
        *((["--" + name, "2026-01-01"], "--" + name) for name in ("as-of", "since", "until")),
    ],
)
def test_with_a_proof_nothing_of_a_whole_log_can_be_asked(
    here: Path, more: list[str], name: str
) -> None:
    said = refused(ran("verify", *proved(here), *more, here=here), "AFF-USAGE", 2)
    assert f"{name} is for a whole log, and --proof is verified without one" in said


def test_a_proof_names_its_entry(here: Path) -> None:
    status, lines = told(*proved(here), here=here)
    key = "+".join((here / "log.vkey").read_text().split("+")[:2])
    assert (status, lines[3]) == (
        0,
        f"signed         entry 1: in a log of 3 entries signed by {key}",
    )


def test_an_entry_that_was_saved_with_a_newline_comes_with_a_hint(here: Path) -> None:
    status, lines = told(*proved(here, newline=True), here=here)
    assert status == 1
    assert "hint           give the bytes of affidavit ledger show 1 --raw" in lines


@pytest.mark.parametrize("option", ["--as-of", "--since", "--until"])
def test_a_time_that_is_none_is_told_with_its_option(here: Path, option: str) -> None:
    ended = ran("verify", "--key", "log.vkey", option, "yesterday", here=here)
    assert f"{option} 'yesterday' is neither" in refused(ended, "AFF-PERIOD", 2)


@pytest.mark.parametrize("option", ["--as-of", "--since", "--until"])
def test_a_time_without_a_policy_is_refused(here: Path, option: str) -> None:
    ended = ran("verify", "--key", "log.vkey", option, "2026-01-01", here=here)
    assert f"{option} needs --policy" in refused(ended, "AFF-USAGE", 2)


def test_a_period_that_has_not_begun_is_refused(here: Path) -> None:
    witnessed(here)
    ended = ran("verify", "--policy", "policy", "--since", "9000-01-01", here=here)
    assert "the period begins at 9000-01-01" in refused(ended, "AFF-PERIOD", 2)


def witnessed(here: Path, *times: int) -> None:
    """An export ``seen`` whose checkpoints a witness cosigned, each at a time, and a policy."""
    shutil.copytree(here / "out", here / "seen")
    data = (here / "out" / "checkpoints").read_bytes()
    notes = [part.split(b"\n", 1)[1] for part in data.split(b"length ")[1:]]
    for number, time in enumerate(times):
        checkpoint = parse_checkpoint(parse_note(notes[number], place="note"), "note")
        notes[number] += cosign(checkpoint, WITNESS, time).line().encode()
    parts = (b"length %d\n%s" % (len(each), each) for each in notes)
    (here / "seen" / "checkpoints").write_bytes(b"".join(parts))
    (here / "seen" / "checkpoint").write_bytes(notes[-1])
    vkey = (here / "log.vkey").read_text().strip()
    (here / "policy").write_text(f"log {vkey}\nwitness w {WITNESS.key.encode()}\nquorum w\n")


DAY = 86_400
NIGHT = 1_767_312_000
"""2026-01-02T00:00:00Z."""


@pytest.mark.parametrize(
    ("times", "options", "told_gap"),
    [
        (
            (NIGHT, NIGHT + 2 * DAY + 3_700),
            ("--until", "2026-01-04T02:00:00Z"),
            (
                "largest gap    2 d 1 h with too few witnesses: 2026-01-02T00:00:00Z (1 entry) to"
                " 2026-01-04T01:01:40Z (3 entries)"
            ),
        ),
        (
            (NIGHT, NIGHT + 61),
            ("--since", "2026-01-01", "--until", "2026-01-02"),
            (
                "largest gap    23 h 58 min with too few witnesses: 2026-01-02T00:01:01Z (3"
                " entries) to 2026-01-03T00:00:00Z, with too few since"
            ),
        ),
        (
            (NIGHT,),
            ("--until", "2026-01-02T00:00:09Z"),
            (
                "largest gap    9 s with too few witnesses: 2026-01-02T00:00:00Z (1 entry) to"
                " 2026-01-02T00:00:09Z, with too few since"
            ),
        ),
        ((), (), "largest gap    no witness that counts saw the log at any time that is known"),
    ],
)
def test_with_witnesses_the_longest_time_without_one_is_told(
    here: Path, times: tuple[int, ...], options: tuple[str, ...], told_gap: str
) -> None:
    witnessed(here, *times)
    _, lines = told("seen", "--policy", "policy", *options, here=here)
    assert [line for line in lines if line.startswith("largest gap")] == [told_gap]


def test_the_longest_time_without_a_witness_is_in_the_data(here: Path) -> None:
    witnessed(here, NIGHT, NIGHT + DAY)
    asked = ("verify", "seen", "--policy", "policy", "--until", "2026-01-03T00:00:01Z", "--json")
    gap = json.loads(ran(*asked, here=here).out)["gap"]
    assert gap == {"start": NIGHT, "end": NIGHT + DAY, "first": 1, "last": 3}
    without = json.loads(ran("verify", "seen", "--key", "log.vkey", "--json", here=here).out)
    assert without["gap"] is None


def test_the_end_of_what_is_remembered_is_told_where_the_log_goes_on(here: Path) -> None:
    assert ran("append", here=here, stdin=lines(FACT)).status == 0
    status, said = told("--key", "log.vkey", "--against", "kept", here=here)
    assert (status, [line for line in said if line.startswith("not known")]) == (
        0,
        ["not known      an end cut off after 3 entries would not show"],
    )
    status, said = told("--against", "kept", here=here)
    assert (status, said[0], [line for line in said if line.startswith("because")]) == (
        3,
        "status         incomplete",
        [
            (
                "because        no key was given from outside: the log was held against its own;"
                " what was remembered or witnessed holds entries 0 to 2 (3), and nothing from"
                " outside vouches for entry 3"
            )
        ],
    )


def test_the_key_of_another_log_is_told_once_beside_the_name_of_the_log(
    here: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    assert ran("init", "--origin", OTHER, here=other).status == 0
    keep(other)
    status, lines = told("--key", other / "log.vkey", here=here)
    left = ("note ", "log ", "looked at ", "asked ", "verified at ")
    assert (status, [line for line in lines if not line.startswith(left)]) == (
        1,
        [
            "status         failed",
            "pending        entries 0 to 2 (3): under no checkpoint that holds",
            "because        no checkpoint that a key signed is over entries 0 to 2 (3)",
            (
                "because        whether the end was cut off cannot be known: no earlier checkpoint"
                " was remembered, and no time was given that witnesses must reach"
            ),
            "problems       1",
            (
                f"  the keys given: origin-differs: the log is '{ORIGIN}'; no key of it was given,"
                f" only of '{OTHER}' (the keys given)"
            ),
        ],
    )


def test_the_newest_key_alone_leaves_the_earlier_checkpoints_undecided(here: Path) -> None:
    ended = ran("rotate-key", "--json", here=here)
    (here / "new.vkey").write_text(str(ended.json()["vkey"]))
    assert ran("checkpoint", "--output", "kept", here=here).status == 0
    status, lines = told("--key", "new.vkey", "--against", "kept", here=here)
    assert (status, lines[0]) == (3, "status         incomplete")
    because = [line for line in lines if line.startswith("because")]
    assert because == [
        "because        the 2 checkpoints up to 3 entries were signed by keys that were not given"
    ]
    assert any("the old key of the rotation in entry 3 was not given: " in line for line in lines)
    assert told("--key", "log.vkey", "--against", "kept", here=here)[0] == 0
