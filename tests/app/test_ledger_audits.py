"""Audits recorded in a ledger: what is new, what names nobody, what was rewritten."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec
import pytest
import recorded_audits
from recorded_audits import ORIGIN, dispose, kinds, record, stored

from affidavit.app.ledger.audits import earlier, recorded
from affidavit.app.ledger.kept import vault
from affidavit.app.ledger.personal import revealed, subjects_of
from affidavit.app.ledger.view import Choice, View, viewing
from affidavit.app.unnamed import UNNAMED
from affidavit.base.errors import InputError, UsageError
from affidavit.ledger.kinds import KINDS
from affidavit.package.json_report import digest
from affidavit.store.vault_key import read_tenant_key
from dictionary import Attack
from histories import BY_CLAUDE, CAROL, Silence, audited

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.app.ledger.home import Home
    from gitrepo import Repo

ledger = recorded_audits.ledger
TITLE = "A secret plan of Alice"


def test_every_landing_and_the_run_are_recorded_with_what_their_names_stand_for(
    repo: Repo, ledger: Home
) -> None:
    repo.commit("One")
    repo.commit(f"Two\n\n{BY_CLAUDE}")
    done = record(repo, ledger)
    assert (done.new, done.known) == (2, 0)
    assert kinds(ledger) == [
        "thing.named.v1", "thing.named.v1", "party.met.v1", "landing.audited.v1",
        "party.met.v1", "landing.audited.v1", "audit.completed.v1",
    ]  # fmt: skip


def test_a_second_run_records_itself_and_what_is_new(repo: Repo, ledger: Home) -> None:
    repo.commit("One")
    record(repo, ledger)
    before = len(kinds(ledger))
    repo.commit("Two")
    done = record(repo, ledger)
    assert (done.new, done.known) == (1, 1)
    assert kinds(ledger)[before:] == ["landing.audited.v1", "audit.completed.v1"]


def test_a_landing_that_is_judged_otherwise_is_recorded_again(repo: Repo, ledger: Home) -> None:
    first = repo.commit("One")
    recorded(ledger, audited(repo, name="team/service"), Silence())
    report = audited(repo, name="team/service")
    other = msgspec.structs.replace(
        report, landings=[msgspec.structs.replace(report.landings[0], exceptions=("other",))]
    )
    done = recorded(ledger, other, Silence())
    assert (done.new, done.known) == (1, 0)
    with viewing(ledger) as view:
        rows = list(view.chosen(Choice(kind="landing.audited")))
    subjects = [row.entry.subject.commit for row in rows if row.entry.subject]
    assert subjects == [first, first]


def test_every_body_that_is_written_fits_its_schema(repo: Repo, ledger: Home) -> None:
    repo.commit(f"One (#12)\n\n{BY_CLAUDE}")
    record(repo, ledger)
    with viewing(ledger) as view:
        for row in view.chosen(Choice()):
            body = msgspec.json.decode(row.entry.body)
            decoded = msgspec.to_builtins(msgspec.convert(body, KINDS[row.entry.kind]))
            assert decoded.keys() >= body.keys() - {"tool"}


def test_the_ledger_holds_no_name_address_or_title(repo: Repo, ledger: Home) -> None:
    repo.commit(TITLE, author=CAROL)
    record(repo, ledger)
    data = stored(ledger)
    assert b"landing.audited.v1" in data
    for text in (b"Carol", b"carol@firm.mail", b"secret plan", b"team/service"):
        assert text not in data


def revealed_bodies(place: Home) -> Iterator[object]:
    with viewing(place) as view, vault(place, ORIGIN, writable=False) as kept:
        for row in view.chosen(Choice(start=1)):
            yield revealed(msgspec.json.decode(row.entry.body), kept)


def test_what_a_ledger_holds_is_shown_while_it_is_kept(repo: Repo, ledger: Home) -> None:
    repo.commit(TITLE, author=CAROL)
    record(repo, ledger)
    shown = repr(list(revealed_bodies(ledger)))
    for text in ("Carol Reyes", "carol@firm.mail", TITLE, "team/service", "main"):
        assert text in shown


def attacked(place: Home, subject: str) -> set[str]:
    """What a dictionary confirms of `subject` to somebody who holds the tenant key, too."""
    guesses = {
        "name": ["Carol Reyes"],
        "email": ["carol@firm.mail"],
        "title": [TITLE],
        "evidence": [BY_CLAUDE],
    }
    with viewing(place) as view:
        key = read_tenant_key(_vault_key(view))
        facts = b"\n".join(row.data for row in view.chosen(Choice()))
    attack = Attack(facts, place.vault.parent, guesses)
    # Those of others take long to try, and their keys open nothing of this one.
    attack._subjects = {subject}
    return attack.confirmed(key)


def test_nothing_that_was_recorded_of_somebody_can_be_guessed_after_a_disposal(
    repo: Repo, ledger: Home
) -> None:
    repo.commit(f"{TITLE}\n\n{BY_CLAUDE}", author=CAROL)
    record(repo, ledger)
    with viewing(ledger) as view, vault(ledger, ORIGIN, writable=False) as kept:
        (subject,) = subjects_of(view, kept, "carol@firm.mail")
    hers = {"Carol Reyes", "carol@firm.mail", TITLE}
    assert hers <= attacked(ledger, subject)
    assert dispose(ledger, subject) == [subject]
    assert attacked(ledger, subject).isdisjoint({*hers, BY_CLAUDE})
    with viewing(ledger) as view:
        assert view.row(view.size - 1).entry.kind == "subject.disposed.v1"


@pytest.mark.parametrize("who", ["carol@firm.mail", "CAROL REYES", CAROL])
def test_somebody_is_found_by_name_or_address_and_shown_as_disposed_afterwards(
    repo: Repo, ledger: Home, who: str
) -> None:
    repo.commit(TITLE, author=CAROL)
    repo.commit("Another", author="Dave Ito <dave@firm.mail>")
    record(repo, ledger)
    (subject,) = dispose(ledger, who)
    assert subject.startswith("person:")
    shown = repr(list(revealed_bodies(ledger)))
    assert "disposed" in shown
    assert "Dave Ito" in shown
    assert not [one for one in ("Carol", "carol@", TITLE) if one in shown]


def _vault_key(view: View) -> Path:
    from affidavit.app.ledger.kept import custody  # noqa: PLC0415

    return custody(view.origin).vault_key


def test_somebody_who_is_not_known_cannot_be_disposed_of(repo: Repo, ledger: Home) -> None:
    repo.commit("One")
    record(repo, ledger)
    with pytest.raises(UsageError, match="knows nobody"):
        dispose(ledger, "nobody@firm.mail")


def test_disposing_twice_says_so_once(repo: Repo, ledger: Home) -> None:
    repo.commit("One", author=CAROL)
    record(repo, ledger)
    (subject,) = dispose(ledger, CAROL.partition(" <")[0])
    assert dispose(ledger, subject) == [subject]
    with viewing(ledger) as view:
        values = [
            msgspec.json.decode(row.entry.body)["values"]
            for row in view.chosen(Choice(kind="subject.disposed"))
        ]
    assert len(values) == 1
    assert values[0] > 0


def test_a_disposal_that_no_entry_says_yet_is_said_when_it_is_asked_for_again(
    repo: Repo, ledger: Home
) -> None:
    repo.commit("One", author=CAROL)
    record(repo, ledger)
    with viewing(ledger) as view, vault(ledger, ORIGIN) as kept:
        (subject,) = subjects_of(view, kept, "carol@firm.mail")
        kept.dispose(subject)
    dispose(ledger, subject)
    assert kinds(ledger)[-1] == "subject.disposed.v1"


def test_rewritten_history_shows_against_the_ledger(repo: Repo, ledger: Home) -> None:
    first = repo.commit("One")
    second = repo.commit("Two")
    record(repo, ledger)
    repo.branch("main", at=first)
    repo.commit("Two, amended")
    found = audited(repo, name="team/service", earlier=earlier(ledger, "team/service"))
    gone = [one.commit for one in found.exceptions if one.id == "history-rewritten"]
    assert gone == [second]


def test_a_head_of_any_earlier_run_is_missed(repo: Repo, ledger: Home) -> None:
    first = repo.commit("One")
    second = repo.commit("Two")
    record(repo, ledger)
    repo.branch("main", at=first)
    repo.commit("Two, amended")
    record(repo, ledger)
    repo.commit("Three")
    found = audited(repo, name="team/service", earlier=earlier(ledger, "team/service"))
    assert [one.commit for one in found.exceptions if one.id == "history-rewritten"] == [second]


def test_a_repository_that_was_never_recorded_cannot_be_compared(repo: Repo, ledger: Home) -> None:
    repo.commit("One")
    record(repo, ledger)
    with pytest.raises(InputError, match="holds no audit of other/service"):
        earlier(ledger, "other/service")


def test_a_repository_without_a_name_is_not_recorded(repo: Repo, ledger: Home) -> None:
    repo.commit("One")
    report = audited(repo)
    assert report.repository.name == UNNAMED
    with pytest.raises(UsageError, match="no name"):
        recorded(ledger, report, Silence())
    assert kinds(ledger) == []


def test_the_digest_of_a_report_is_that_of_the_bytes_that_are_written(
    repo: Repo, tmp_path: Path
) -> None:
    from affidavit.package.json_report import write  # noqa: PLC0415

    repo.commit("One")
    report = audited(repo)
    write(report, tmp_path / "report.json")
    data = (tmp_path / "report.json").read_bytes()
    assert digest(report) == f"sha256:{hashlib.sha256(data).hexdigest()}"
