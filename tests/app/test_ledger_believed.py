"""What a ledger says is believed where it verifies, and not where somebody wrote into it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
import recorded_audits
from recorded_audits import ORIGIN, record

from affidavit.app.facts.looking import Believed, looking
from affidavit.app.ledger.audits import earlier
from affidavit.app.ledger.checked import Unsure, checked
from affidavit.app.ledger.ending import rotated
from affidavit.app.ledger.kept import custody, keeping, vault
from affidavit.app.ledger.view import viewing
from affidavit.base.errors import DamagedError, KeyFileError
from affidavit.base.limit import Limit
from affidavit.verify.result import Status
from facts import BY, a_fact
from histories import audited

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.app.ledger.home import Home
    from affidavit.audit.model import Report
    from gitrepo import Repo

ledger = recorded_audits.ledger
NAME = "team/service"
UNSURE = Limit(
    "ledger-self-asserted",
    "The ledger whose audits history was compared with was not held against a key from outside it:"
    " whoever can write to it may have written them.",
    1,
    ("this account has no key of the log: only its own was used",),
    gap=True,
)


def swapped(place: Home, old: str, new: str) -> None:
    """Write `new` in place of `old` into every entry, as who can write to the database can."""
    with closing(sqlite3.connect(place.database)) as database, database:
        database.execute("DROP TRIGGER runs_no_update")
        for first, data in database.execute("SELECT first, entries FROM runs").fetchall():
            other = data.replace(old.encode(), new.encode())
            database.execute("UPDATE runs SET entries = ? WHERE first = ?", (other, first))


def without_keys(place: Home) -> None:
    """Take this account's keys of the log away, and not the key of its vault."""
    with viewing(place) as view:
        (custody(view.origin).folder / "log.toml").unlink()


def compared(repo: Repo, place: Home) -> Report:
    return audited(repo, name=NAME, earlier=earlier(place, NAME))


@pytest.fixture
def lost(repo: Repo, ledger: Home) -> tuple[str, str]:
    """A commit that was audited and is lost, and the one that took its place."""
    first = repo.commit("One")
    second = repo.commit("Two")
    record(repo, ledger)
    repo.branch("main", at=first)
    return second, repo.commit("Two, amended")


def test_a_lost_commit_is_not_hidden_by_writing_another_into_the_ledger(
    repo: Repo, ledger: Home, lost: tuple[str, str]
) -> None:
    report = compared(repo, ledger)
    assert [one.commit for one in report.exceptions if one.id == "history-rewritten"] == [lost[0]]
    assert not [one for one in report.limits if one.id.startswith("ledger-")]
    swapped(ledger, *lost)
    with pytest.raises(DamagedError, match="the ledger does not verify: "):
        compared(repo, ledger)


def test_a_lost_commit_is_not_hidden_by_an_older_copy_of_the_ledger(
    repo: Repo, ledger: Home, lost: tuple[str, str], tmp_path: Path
) -> None:
    older = tmp_path / "older.db"
    with closing(sqlite3.connect(ledger.database)) as one, closing(sqlite3.connect(older)) as other:
        one.backup(other)
    record(repo, ledger)
    for part in ledger.folder.glob("ledger.db*"):
        part.unlink()
    older.rename(ledger.database)
    assert lost[0] != lost[1]
    with pytest.raises(DamagedError, match="does not go on from them: an older copy"):
        compared(repo, ledger)


def test_an_audit_against_a_ledger_without_a_key_from_outside_says_so(
    repo: Repo, ledger: Home, lost: tuple[str, str]
) -> None:
    without_keys(ledger)
    report = compared(repo, ledger)
    assert [one.commit for one in report.exceptions if one.id == "history-rewritten"] == [lost[0]]
    assert [one for one in report.limits if one.id.startswith("ledger-")] == [UNSURE]
    swapped(ledger, *lost)
    with pytest.raises(DamagedError, match="the ledger does not verify"):
        compared(repo, ledger)


def test_a_ledger_is_verified_with_every_key_that_this_account_had_of_it(
    repo: Repo, ledger: Home
) -> None:
    repo.commit("One")
    record(repo, ledger)
    with keeping(ledger) as keeper:
        rotated(keeper, lambda keys: keys.new_secret(b"\x07" * 32), overlap=0)
    record(repo, ledger)
    assert checked(ledger) is None


def test_a_ledger_whose_end_nobody_remembers_is_not_wholly_verified(
    repo: Repo, ledger: Home, lost: tuple[str, str]
) -> None:
    assert checked(ledger) is None
    custody(ORIGIN).last_signed.unlink()
    report = compared(repo, ledger)
    (doubt,) = [one for one in report.limits if one.id.startswith("ledger-")]
    assert (doubt.id, doubt.count, doubt.gap) == ("ledger-incomplete", 1, True)
    assert doubt.items[0].startswith("whether the end was cut off cannot be known")
    assert lost[0] in {one.commit for one in report.exceptions}


def test_a_branch_whose_name_was_destroyed_is_not_silently_left_out(
    repo: Repo, ledger: Home, lost: tuple[str, str]
) -> None:
    with vault(ledger, ORIGIN) as kept:
        for subject in kept.subjects("main"):
            kept.dispose(subject)
    report = compared(repo, ledger)
    (doubt,) = [one for one in report.limits if one.id.startswith("ledger-")]
    assert (doubt.id, doubt.items, doubt.gap) == ("ledger-branches-unnamed", (lost[0],), True)


@pytest.mark.parametrize("note", ["another root", "junk"])
def test_a_checkpoint_that_was_exchanged_for_another_is_told(ledger: Home, note: str) -> None:
    with viewing(ledger) as view:
        other = view.checkpoint().split(b"\n")
    if note == "junk":
        other = other[:1]
    else:
        other[2] = b"A" * 43 + b"="
    with closing(sqlite3.connect(ledger.database)) as database, database:
        database.execute("DROP TRIGGER runs_no_update")
        database.execute("UPDATE runs SET checkpoint = ?", (b"\n".join(other),))
    with pytest.raises(DamagedError, match=r"the ledger does not verify: .*checkpoint"):
        checked(ledger)


def test_a_ledger_is_not_believed_by_the_key_that_it_brings_itself(ledger: Home) -> None:
    without_keys(ledger)
    assert checked(ledger) == Unsure(Status.SELF_ASSERTED, UNSURE.items[0])


def test_a_record_of_keys_that_cannot_be_read_is_not_taken_for_none(ledger: Home) -> None:
    (custody(ORIGIN).folder / "log.toml").write_text("keys = 1")
    with pytest.raises(KeyFileError):
        checked(ledger)


def test_statements_are_not_called_imported_by_a_ledger_that_does_not_verify(
    ledger: Home, lost: tuple[str, str]
) -> None:
    with looking(Believed(), ledger) as look:
        assert look.unsure is None
    without_keys(ledger)
    with looking(Believed(), ledger) as look:
        assert look.unsure == UNSURE.items[0]
    swapped(ledger, *lost)
    with (
        pytest.raises(DamagedError, match="the ledger does not verify"),
        looking(Believed(), ledger),
    ):
        pass


def test_an_entry_that_somebody_changed_is_neither_proved_nor_shown(
    ledger: Home, lost: tuple[str, str]
) -> None:
    with viewing(ledger) as view:
        shown = [view.proven(index) for index in range(view.size)]
        assert [row.index for row in shown] == [*range(view.size)]
        changed = next(row.index for row in shown if lost[0].encode() in row.data)
    swapped(ledger, *lost)
    with viewing(ledger) as view:
        for act in (view.proven, view.proof):
            with pytest.raises(DamagedError, match=f"entry {changed} is not in the tree"):
                act(changed)


def test_an_entry_under_a_checkpoint_of_another_key_is_neither_proved_nor_shown(
    ledger: Home,
) -> None:
    with viewing(ledger) as view:
        assert view.proven(0).index == 0
    keys = custody(ORIGIN)
    other = keys.new_secret(b"\x08" * 32)
    keys.replace([other])
    with (
        viewing(ledger) as view,
        pytest.raises(DamagedError, match="no key that this account has of the log signed"),
    ):
        view.proof(0)


def test_a_ledger_is_verified_while_a_server_keeps_it(ledger: Home) -> None:
    with keeping(ledger) as keeper:
        assert checked(ledger) is None
        keeper.append([a_fact()], BY)
        assert checked(ledger) is None
