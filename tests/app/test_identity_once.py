"""What costs time is done once: a history is walked, and two identities are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.app.identity import listing
from affidavit.base.commit import Ident
from affidavit.changes import joins
from affidavit.changes.joins import Joins, Seen
from affidavit.changes.people import People
from affidavit.provenance.model import Party, PartyKind
from affidavit.sources.git.history import walk
from histories import ran
from receipts import a_ledger

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from affidavit.changes.joins import Node
    from affidavit.sources.git.graph import Graph
    from affidavit.sources.git.history import See
    from affidavit.sources.git.private import PrivateGit
    from gitrepo import Repo


def test_a_list_that_is_recorded_walks_the_history_once(
    tmp_path: Path, repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit(files={"affidavit.toml": 'version = 1\n[[person]]\nname = "Ada"\n'})
    ledger = a_ledger(tmp_path, monkeypatch)
    walked: list[str] = []

    def counting(git: PrivateGit, heads: list[str], see: See) -> Graph:
        walked.extend(heads)
        return walk(git, heads, see)

    monkeypatch.setattr(listing, "walk", counting)
    about = ("--repo", repo.path, "--ledger", ledger.folder, "--name", "firm/shop")
    done = ran("identity", "list", *about, "--record", here=tmp_path)
    assert done.out.splitlines()[-1] == "recorded       1 versions, 0 known"
    assert walked == [repo.git("rev-parse", "main").decode().strip()]


def test_what_is_alike_in_several_ways_is_compared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[str, str]] = []

    def nothing_alike(one: Node, other: Node) -> None:
        compared.append((one.label, other.label))

    monkeypatch.setattr(joins, "_likeness", nothing_alike)
    people = People(lambda _: Party(PartyKind.PERSON))
    typed = [Ident(name, f"jane.q.doe@{host}.mail") for host in "ab" for name in ("jqd", "janeqd")]
    seen = [Seen(who=people.who(one), count=1, commits=("1" * 40,)) for one in typed]
    found = Joins(seen, [], [])
    assert len(list(found._alike())) > 1
    assert list(found.perhaps()) == []
    assert compared == [("jane.q.doe@a.mail", "jane.q.doe@b.mail")]
