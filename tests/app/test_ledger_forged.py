"""Facts that look like an audit's, and an index that lies: neither hides or blocks anything."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from shutil import copytree
from typing import TYPE_CHECKING

import msgspec
import pytest
import recorded_audits
from recorded_audits import dispose, kinds, record

from affidavit.app.ledger.audits import earlier
from affidavit.app.ledger.home import Home
from affidavit.app.ledger.kept import by, keeping
from affidavit.app.ledger.view import Choice, viewing
from affidavit.base.errors import DamagedError
from affidavit.ledger.entry import Fact
from histories import CAROL

if TYPE_CHECKING:
    from pathlib import Path

    from gitrepo import Repo

ledger = recorded_audits.ledger


def forge(place: Home, kind: str, body: dict[str, object], id_: str | None = None) -> None:
    """Record what looks like an audit's entry, through another channel and through its own."""
    with viewing(place) as view:
        stream = view.newest(Choice(kind="audit.completed"), 1)[0].entry.stream
    fact = Fact(kind=kind, stream=stream, actor="affidavit", body=body, id=id_)
    with keeping(place) as keeper:
        keeper.record(fact, by("cli"))
        keeper.record(msgspec.structs.replace(fact, id=None), by("audit"))


def newest_body(place: Home, kind: str) -> dict[str, object]:
    with viewing(place) as view:
        found: dict[str, object] = msgspec.json.decode(
            view.newest(Choice(kind=kind), 1)[0].entry.body
        )
    return found


def test_a_fact_that_names_no_party_stands_in_no_way_of_a_disposal(
    repo: Repo, ledger: Home
) -> None:
    repo.commit("One", author=CAROL)
    record(repo, ledger)
    forge(ledger, "party.met.v1", {**newest_body(ledger, "party.met"), "party": "nobody"})
    forge(ledger, "party.met.v2", {})
    (subject,) = dispose(ledger, "Carol Reyes")
    assert subject.startswith("person:")


def test_facts_of_others_stand_in_no_way_of_a_comparison(repo: Repo, ledger: Home) -> None:
    repo.commit("One")
    record(repo, ledger)
    before = earlier(ledger, "team/service")
    run, landing = (
        newest_body(ledger, one) for one in ("audit.completed", "landing.audited")
    )  # fmt: skip
    forge(ledger, "landing.audited.v1", {**landing, "branches": ["nobody"]})
    assert earlier(ledger, "team/service") == before
    forge(ledger, "audit.completed.v1", {**run, "heads": [{"branch": "nobody", "commit": "x"}]})
    after = earlier(ledger, "team/service")
    assert after.repository.branches == ()
    assert after.landings == before.landings


def test_a_run_that_came_through_another_channel_is_none(repo: Repo, ledger: Home) -> None:
    repo.commit("One")
    record(repo, ledger)
    before = earlier(ledger, "team/service")
    with viewing(ledger) as view:
        stream = view.newest(Choice(kind="audit.completed"), 1)[0].entry.stream
    body = {**newest_body(ledger, "audit.completed"), "heads": []}
    fact = Fact(kind="audit.completed.v1", stream=stream, actor="affidavit", body=body)
    with keeping(ledger) as keeper:
        keeper.record(fact, by("cli"))
    assert earlier(ledger, "team/service") == before


def test_an_entry_of_an_audit_whose_body_is_of_another_form_is_left_out(
    repo: Repo, ledger: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit("One", author=CAROL)
    record(repo, ledger)
    before = earlier(ledger, "team/service")
    monkeypatch.setattr("affidavit.app.ledger.keeper.check_body", lambda _fact: None)
    for kind in ("audit.completed.v1", "landing.audited.v1", "party.met.v1"):
        forge(ledger, kind, {"repository": 1})
    assert earlier(ledger, "team/service") == before
    assert len(dispose(ledger, "Carol Reyes")) == 1


def id_of_next(repo: Repo, place: Home, tmp_path: Path) -> str:
    """The id that the newest landing of `repo` will have: found out in a copy of the ledger."""
    copy = Home(tmp_path / "copy" / ".affidavit")
    copytree(place.folder, copy.folder)
    copytree(tmp_path / "config", tmp_path / "other")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AFFIDAVIT_HOME", str(tmp_path / "other"))
        record(repo, copy)
        with viewing(copy) as view:
            return view.newest(Choice(kind="landing.audited"), 1)[0].entry.id


def test_a_landing_is_not_taken_for_recorded_because_the_index_says_so(
    repo: Repo, ledger: Home, tmp_path: Path
) -> None:
    repo.commit("One")
    record(repo, ledger)
    repo.commit("Two")
    id_ = id_of_next(repo, ledger, tmp_path)
    with closing(sqlite3.connect(ledger.database)) as database, database:
        database.execute("INSERT INTO given_ids VALUES (?, 1)", (id_,))
    with pytest.raises(DamagedError, match=f"entry 1 has the id {id_}, and it has not"):
        record(repo, ledger)


def test_a_landing_is_recorded_though_another_fact_took_its_id(
    repo: Repo, ledger: Home, tmp_path: Path
) -> None:
    repo.commit("One")
    record(repo, ledger)
    commit = repo.commit("Two")
    forge(ledger, "x.y.v1", {}, id_of_next(repo, ledger, tmp_path))
    assert (record(repo, ledger).new, kinds(ledger)[-1]) == (1, "audit.completed.v1")
    assert newest_commit(ledger) == commit


def newest_commit(place: Home) -> str | None:
    with viewing(place) as view:
        subject = view.newest(Choice(kind="landing.audited"), 1)[0].entry.subject
    return subject.commit if subject else None
