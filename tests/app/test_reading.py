"""Of each commit is kept what its landing needs, in whatever order commits come by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.app.reading import Reader
from affidavit.changes.observe import Observer
from affidavit.provenance.catalogue import load
from affidavit.provenance.signals import Signals
from affidavit.sources.git.graph import Graph
from affidavit.sources.git.locate import locate
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs
from affidavit.sources.openpgp import forge_keyring
from histories import Silence

if TYPE_CHECKING:
    from gitrepo import Repo


def a_reader() -> Reader:
    return Reader(Observer(Signals(load()), None, None), forge_keyring(), Silence(), since=0)


def test_landings_are_told_from_what_they_brought_in(repo: Repo) -> None:
    first = repo.commit("First")
    brought = repo.commit("Brought", branch="side", at="main")
    head = repo.merge("side", message="Merge")
    reader, store = a_reader(), locate(repo.path)
    with PrivateGit(store, read_refs(store)) as git:
        reader.history(git, [head])
    titles = {commit: seen.title for commit, seen in reader.observed.items()}
    assert titles == {head: "Merge", brought: "", first: "First"}


def test_a_landing_that_came_by_unannounced_is_read_again(repo: Repo) -> None:
    head = repo.commit("Title")
    reader, store = a_reader(), locate(repo.path)
    with PrivateGit(store, read_refs(store)) as git, Objects(git) as objects:
        reader.beside(git, [head], Graph(), ())
        assert reader.observed[head].title == ""
        reader.complete(objects, [head], [head])
    assert reader.observed[head].title == "Title"
