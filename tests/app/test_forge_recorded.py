"""What a forge knows, recorded in a ledger: once, as it was, and never wholer than it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import recorded_audits
from recorded_audits import kinds, stored

from affidavit.app.forge.recording import Recorded, recorded
from affidavit.app.ledger.kept import by, keeping, vault
from affidavit.base.errors import DamagedError, EntryError, InputError, UsageError
from affidavit.changes.forge.model import PullRequest, Ruleset
from affidavit.ledger.entry import Fact
from affidavit.ledger.forge import CHANNEL, COLLECTED, OWN, RECORDED
from affidavit.sources.forge.lines import Progress
from affidavit.sources.forge.reading import Export
from affidavit.sources.forge.writing import Writer
from collectors import gathered
from forge_ledgers import bodies, lines_in, read_back, record, written
from forgelines import HEAD, checks, line, pull, pull_commit, unavailable
from forges import Forge, filled
from vaults import by_sql

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.app.ledger.home import Home
    from affidavit.changes.forge.model import Line

ledger = recorded_audits.ledger


def told(export: Export) -> tuple[object, ...]:
    """All that an export says."""
    sections = {name: one.done for name, one in export.sections.items()}
    return export.head, list(export.lines()), sections, export.counts, export.unknowns


def test_a_forge_is_read_back_from_the_ledger_as_it_was(tmp_path: Path, ledger: Home) -> None:
    with Forge(tmp_path / "forge") as forge:
        filled(forge)
        export = gathered(forge, tmp_path / "all.jsonl").export
    done = record(ledger, export)
    assert done == Recorded(new=export.counts.total(), known=0)
    assert told(read_back(ledger)) == told(export)


def test_a_second_run_records_nothing(tmp_path: Path, ledger: Home) -> None:
    export = written(tmp_path / "a.jsonl", pull(1), pull(2), done=["pull_requests"])
    record(ledger, export)
    before = kinds(ledger)
    assert record(ledger, export) == Recorded(new=0, known=2)
    assert kinds(ledger) == before == [COLLECTED, RECORDED, RECORDED, COLLECTED]


def test_a_record_that_changed_is_recorded_and_counts(tmp_path: Path, ledger: Home) -> None:
    record(ledger, written(tmp_path / "a.jsonl", pull(1), pull(2)))
    changed = line(pull(2, title="Another"), fetched_at="2026-02-02T00:00:00Z")
    done = record(ledger, written(tmp_path / "b.jsonl", pull(1), changed))
    assert done == Recorded(new=1, known=1)
    assert lines_in(ledger) == [line(pull(1)), changed]


def test_an_older_answer_does_not_take_the_place_of_a_newer_one(
    tmp_path: Path, ledger: Home
) -> None:
    newer = line(pull(1, title="Newer"), fetched_at="2026-02-02T00:00:00Z")
    record(ledger, written(tmp_path / "a.jsonl", newer))
    assert record(ledger, written(tmp_path / "b.jsonl", pull(1))) == Recorded(new=0, known=1)
    assert lines_in(ledger) == [newer]


def test_what_could_not_be_had_stands_until_it_can(tmp_path: Path, ledger: Home) -> None:
    record(ledger, written(tmp_path / "a.jsonl", pull(1), unavailable("checks")))
    assert lines_in(ledger) == [line(pull(1)), line(unavailable("checks"))]
    record(ledger, written(tmp_path / "b.jsonl", pull(1), done=["checks"]))
    assert lines_in(ledger) == [line(pull(1))]
    assert read_back(ledger).whole("checks")


def test_a_section_that_was_begun_is_known_and_not_whole(tmp_path: Path, ledger: Home) -> None:
    with Writer(tmp_path / "a.jsonl", HEAD) as writer:
        writer.progress(Progress(section="checks", cursor="Ann Lee"))
    record(ledger, Export(tmp_path / "a.jsonl"))
    found = read_back(ledger)
    assert (list(found.sections), found.whole("checks")) == (["checks"], False)


def test_a_run_that_was_cut_short_claims_nothing_and_is_gone_on_with(
    tmp_path: Path, ledger: Home
) -> None:
    class Cut:
        def step(self, _name: str, done: int = 0, _total: int | None = None) -> None:
            if done:
                raise KeyboardInterrupt

    export = written(tmp_path / "a.jsonl", pull(1), done=["pull_requests"])
    with pytest.raises(KeyboardInterrupt):
        recorded(ledger, export, Cut())
    assert (lines_in(ledger), read_back(ledger).sections) == ([line(pull(1))], {})
    assert record(ledger, export) == Recorded(new=0, known=1)
    assert told(read_back(ledger)) == told(export)


def test_a_record_too_large_for_an_entry_lies_beside_the_log_without_a_name(
    tmp_path: Path, ledger: Home
) -> None:
    message = "A secret plan of Ann Lee "
    commits = tuple(pull_commit(f"{n:040x}", message=f"{message}{n}") for n in range(250))
    large = pull(1, commits=commits, body="ä" * 600_000)
    record(ledger, written(tmp_path / "a.jsonl", large))
    assert [("content" in one) for one in bodies(ledger, RECORDED)] == [False]
    assert lines_in(ledger) == [line(large)]
    assert [one for one in (b"secret", b"Lee", b"firm.mail") if one in stored(ledger)] == []


def test_of_several_repositories_one_has_to_be_meant(tmp_path: Path, ledger: Home) -> None:
    record(ledger, written(tmp_path / "a.jsonl", pull(1), repository="firm/shop"))
    record(ledger, written(tmp_path / "b.jsonl", pull(2), repository="firm/bank"))
    for name in ("firm/bank", "https://github.com/firm/bank"):
        assert list(read_back(ledger, name).lines()) == [line(pull(2))]
    with pytest.raises(UsageError, match=r"records of github.com/firm/bank, github.com/firm/shop"):
        read_back(ledger, "bank")


def test_a_ledger_without_records_of_a_forge_says_so(ledger: Home) -> None:
    with pytest.raises(InputError, match="holds no records of a forge"):
        read_back(ledger)


def test_a_ledger_that_forgot_the_repository_says_so(tmp_path: Path, ledger: Home) -> None:
    record(ledger, written(tmp_path / "a.jsonl", pull(1)))
    recorded_audits.dispose(ledger, "github.com/firm/shop")
    with pytest.raises(InputError, match="holds no records of a forge any more"):
        read_back(ledger)


def fact(ledger: Home, content: object, channel: str) -> None:
    """Append what looks like a record of the only repository."""
    (first, *_) = bodies(ledger, COLLECTED)
    body = {"repository": first["repository"], "record": "push", "content": content}
    stream = f"{OWN}{first['repository']}"
    with keeping(ledger) as keeper:
        keeper.append([Fact(kind=RECORDED, stream=stream, actor="a", body=body)], by(channel))


def content(ledger: Home) -> dict[str, object]:
    """The content of the newest record."""
    found = bodies(ledger, RECORDED)[-1]["content"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("channel", ["cli", "socket", "import", "recorder"])
def test_nobody_else_writes_such_a_fact(tmp_path: Path, ledger: Home, channel: str) -> None:
    record(ledger, written(tmp_path / "a.jsonl", pull(1)))
    with pytest.raises(EntryError, match="is written by affidavit collect github --record alone"):
        fact(ledger, content(ledger), channel)


SEALED = {"sealed": [0, 99]}
NONSENSE = {
    "no data": {"data": {}},
    "no such record": {"data": {"record": "pull"}},
    "a field is missing": {"data": {"record": "push", "id": 1}},
    "no such value": {"url": SEALED},
    "no such group": {"url": {"sealed": [99, 0]}},
    "no place": {"url": {"sealed": "0"}},
    "nothing sealed": {"sealed": []},
}


@pytest.mark.parametrize("wrong", NONSENSE.values(), ids=list(NONSENSE))
def test_a_fact_that_makes_no_sense_is_refused_by_its_number(
    tmp_path: Path, ledger: Home, wrong: dict[str, object]
) -> None:
    record(ledger, written(tmp_path / "a.jsonl", pull(1)))
    fact(ledger, {**content(ledger), **wrong}, CHANNEL)
    with pytest.raises(DamagedError, match=r"entry 4 of the ledger, forge.recorded.v1, makes no"):
        read_back(ledger)


@pytest.mark.parametrize(
    "values",
    [
        pytest.param(["[]"], id="no share"),
        pytest.param(['{"a":1}'], id="no list"),
        pytest.param(["[1]"], id="no text"),
        pytest.param(['["00"]', '["0000"]'], id="shares of different lengths"),
        pytest.param(['["zz"]'], id="no bytes"),
        pytest.param(['["ff"]'], id="no digest"),
    ],
)
def test_sealed_values_that_make_no_sense_are_refused(
    tmp_path: Path, ledger: Home, values: list[str]
) -> None:
    record(ledger, written(tmp_path / "a.jsonl", pull(1)))
    with vault(ledger, recorded_audits.ORIGIN) as kept:
        subject = kept.pseudonym("person", "somebody")
        made = kept.commit_all(subject, [("forge.record", one) for one in values])
    groups = [{"subject": subject, "values": [one]} for one in made]
    fact(ledger, {**content(ledger), "sealed": groups}, CHANNEL)
    with pytest.raises(DamagedError, match="entry 4 of the ledger"):
        read_back(ledger)


def test_a_mark_that_makes_no_sense_is_refused_by_its_number(tmp_path: Path, ledger: Home) -> None:
    record(ledger, written(tmp_path / "a.jsonl", pull(1)))
    (first, *_) = bodies(ledger, COLLECTED)
    thing = str(first["repository"])
    with keeping(ledger) as keeper, vault(ledger, recorded_audits.ORIGIN) as kept:
        body: dict[str, object] = {
            "repository": thing,
            "head": kept.commit(thing, "forge.head", "{}"),
        }
        keeper.append(
            [Fact(kind=COLLECTED, stream=f"{OWN}{thing}", actor="a", body=body)], by(CHANNEL)
        )
    with pytest.raises(DamagedError, match=r"entry 4 of the ledger, forge.collected.v1, makes no"):
        read_back(ledger)


def test_content_that_is_not_there_is_refused_by_its_number(tmp_path: Path, ledger: Home) -> None:
    record(ledger, written(tmp_path / "a.jsonl", pull(1)))
    fact(ledger, None, CHANNEL)
    with pytest.raises(DamagedError, match="entry 4 of the ledger"):
        read_back(ledger)


def deep() -> Line:
    state: dict[str, object] = {}
    for _ in range(101):
        state = {"more": state}
    data = Ruleset(id=1, at="2026-01-01T00:00:00Z", version=None, actor=None, state=state)
    return line(data)


@pytest.mark.parametrize(
    ("odd", "why"),
    [
        (line(pull(1), fetched_at="now"), r"line 2: expected a time .*fetched_at"),
        (deep(), "more than 100 lists and objects"),
        (line(unavailable("Ann Lee")), "'Ann Lee' is no section"),
    ],
)
def test_what_cannot_be_recorded_is_refused_in_words(
    tmp_path: Path, ledger: Home, odd: Line, why: str
) -> None:
    with pytest.raises(InputError, match=why):
        record(ledger, written(tmp_path / "a.jsonl", odd))


def test_a_section_that_is_none_is_refused(tmp_path: Path, ledger: Home) -> None:
    with pytest.raises(InputError, match="'Ann Lee' is no section"):
        record(ledger, written(tmp_path / "a.jsonl", pull(1), done=["Ann Lee"]))


def test_what_the_vault_lost_is_not_called_disposed(tmp_path: Path, ledger: Home) -> None:
    record(ledger, written(tmp_path / "a.jsonl", pull(1, title="Secret"), checks("c" * 40, None)))
    with vault(ledger, recorded_audits.ORIGIN, writable=False) as kept:
        (subject,) = kept.subjects("github:ann")
    by_sql(ledger.folder, "DELETE FROM openings WHERE subject = ?", subject)
    (found, _) = lines_in(ledger)
    assert isinstance(found.data, PullRequest)
    assert (found.data.title, found.data.author, found.origin.digest) == ("lost", None, "lost")
    assert {one.reason for one in found.data.missing} == {"lost"}
