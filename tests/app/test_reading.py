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
from affidavit.sources.git.locate import locate
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs
from affidavit.sources.openpgp import forge_keyring
from histories import Silence

if TYPE_CHECKING:
    from gitrepo import Repo


def observing() -> Observing:
    return Observing(Observer(Signals(load()), None, None), forge_keyring())


def read(repo: Repo, head: str, *, since: int = 0) -> Reader:
    store, reader = locate(repo.path), Reader(Silence(), since=since)
    with PrivateGit(store, read_refs(store)) as git:
        reader.history(git, [head])
    return reader


def titles(repo: Repo, bodies: dict[str, bytes], wanted: list[str], head: str) -> dict[str, str]:
    store, seen = locate(repo.path), observing()
    with PrivateGit(store, read_refs(store)) as git, Objects(git) as objects:
        seen.observe(wanted, {head}, bodies, objects)
    return {commit: one.title for commit, one in seen.observed.items()}


@pytest.mark.parametrize("budget", [reading.KEPT_BYTES, 400, 0])
def test_commits_are_the_same_from_what_was_kept_and_read_again(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, budget: int
) -> None:
    first = repo.commit("First")
    head = repo.commit("Second")
    monkeypatch.setattr(reading, "KEPT_BYTES", budget)
    bodies = read(repo, head).bodies
    assert sum(map(len, bodies.values())) <= budget
    assert titles(repo, bodies, [head, first], head) == {head: "Second", first: ""}


def test_bodies_older_than_the_period_are_not_kept(repo: Repo) -> None:
    repo.commit("First")
    head = repo.commit("Second")
    time = int(repo.git("show", "-s", "--format=%ct", head))
    assert set(read(repo, head, since=time).bodies) == {head}


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
    assert sorted(read(repo, head, since=10).met) == [
        Ident("Ann", "ann@x.y"),
        Ident("Bob", "bob@x.y"),
        Ident("Eve", "eve@x.y"),
        Ident("Jürg", "j@x.y"),
    ]
