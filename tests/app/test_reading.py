"""Of each commit is kept what its landing needs, whoever reads it and however often."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.app import reading
from affidavit.app.observing import Observing
from affidavit.app.reading import Reader
from affidavit.base.commit import Ident
from affidavit.changes.observe import Observer
from affidavit.provenance.catalogue import load
from affidavit.provenance.signals import Signals
from affidavit.sources.git.commit import Read
from affidavit.sources.git.locate import locate
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs
from affidavit.sources.openpgp import forge_keyring
from histories import Silence

if TYPE_CHECKING:
    from affidavit.app.reading import Kept
    from affidavit.changes.observe import Observed
    from affidavit.sources.git.graph import Graph
    from gitrepo import Repo


def read(repo: Repo, head: str, *, since: int = 0) -> tuple[Reader, Graph]:
    store, reader = locate(repo.path), Reader(Silence(), since=since)
    with PrivateGit(store, read_refs(store)) as git:
        return reader, reader.history(git, [head])


def observed(repo: Repo, kept: dict[str, Kept], graph: Graph, head: str) -> list[Observed]:
    store = locate(repo.path)
    seen = Observing(Observer(Signals(load()), None, None), forge_keyring(), graph)
    with PrivateGit(store, read_refs(store)) as git, Objects(git) as objects:
        seen.observe(graph.order, {head}, kept, objects)
    return [seen.observed[id_] for id_ in graph.order]


@pytest.mark.parametrize("budget", [reading.KEPT_BYTES, 400, 0])
def test_commits_are_the_same_from_what_was_kept_and_read_again(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, budget: int
) -> None:
    first = repo.commit("First")
    head = repo.commit("Second")
    monkeypatch.setattr(reading, "KEPT_BYTES", budget)
    reader, graph = read(repo, head)
    bodies = [one.body if isinstance(one, Read) else one for one in reader.kept.values()]
    assert sum(map(len, bodies)) <= budget
    seen = observed(repo, reader.kept, graph, head)
    assert [(one.id, one.title) for one in seen] == [(head, "Second"), (first, "")]


@pytest.mark.parametrize("headers", [b"", b"gpgsig one\n two\n", b"mergetag x\n", b"encoding x\n"])
def test_a_commit_is_the_same_however_much_of_it_the_walk_has_read(
    repo: Repo, headers: bytes
) -> None:
    first = repo.commit("First")
    top = f"tree {repo.tree({})}\nparent {first}\n".encode()
    people = b"author Ann <a@x.y> 5 +0\ncommitter GitHub <noreply@github.com> 6 +0\n"
    head = repo.raw_commit(top + people + headers + b"\nFix (#1)\0\n\nText\n\nReviewed-by: B\n")
    reader, graph = read(repo, head)
    kept = dict(reader.kept)
    assert observed(repo, kept, graph, head) == observed(repo, {}, graph, head)


def test_bodies_older_than_the_period_are_not_kept(repo: Repo) -> None:
    repo.commit("First")
    head = repo.commit("Second")
    time = int(repo.git("show", "-s", "--format=%ct", head))
    assert set(read(repo, head, since=time)[0].kept) == {head}


def test_everybody_who_made_a_commit_is_met_in_whatever_form_it_is(repo: Repo) -> None:
    tree = repo.tree({})
    bodies = [
        b"author Ann <ann@x.y> 5 +0000\ncommitter Bob <bob@x.y> 5 +0000\n\nm\n",
        (
            b"author J\xfcrg <j@x.y> 5 +0000\ncommitter Bob <bob@x.y> 5 +0000\n"
            b"encoding ISO-8859-1\n\nm\n"
        ),
        b"author Eve <eve@x.y> soon\ncommitter Bob <bob@x.y> 5 +0000\n\nm\n",
    ]
    head = ""
    for body in bodies:
        parent = f"parent {head}\n".encode() if head else b""
        head = repo.raw_commit(b"tree " + tree.encode() + b"\n" + parent + body)
    assert sorted(read(repo, head, since=10)[0].met) == [
        Ident("Ann", "ann@x.y"),
        Ident("Bob", "bob@x.y"),
        Ident("Eve", "eve@x.y"),
        Ident("Jürg", "j@x.y"),
    ]
