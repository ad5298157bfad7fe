"""Lines kept from one run to the next: the same answer, and only where nothing else changed."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from affidavit.app.lines import stored
from affidavit.app.lines.opening import Asked, opened
from affidavit.app.lines.report import report
from affidavit.app.lines.state import unpacked
from affidavit.changes.chain import DAY
from affidavit.cli.progress import Silent
from gitrepo import BEN, START
from histories import CLAUDE
from linehistories import Author
from recordedwork import SESSION, note
from wholelines import NAMED

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.audit.lines.model import LinesReport
    from gitobjects import Entry
    from gitrepo import Repo
    from linehistories import Tree

FILE = "a.py"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFFIDAVIT_HOME", str(tmp_path / "home"))


def asked(repo: Repo, at: str | None = None, *, fresh: bool = False) -> LinesReport:
    with opened(Asked(repo.path, at)) as place:
        return report(place, Silent(), fresh=fresh)


class Hands(Author):
    """Of its commits some are an agent's; ten days lie between two of them."""

    def commit(self, tree: Tree, *parents: str, date: int | None = None) -> str:
        before = self.trees[parents[0]] if parents else {}
        changes: dict[str, Entry | None] = dict.fromkeys(before.keys() - tree.keys())
        changes.update({path: file.entry(self.repo) for path, file in tree.items()})
        author = self.rng.choice((BEN, BEN, CLAUDE))
        date = START + 10 * DAY * len(self.trees)
        id_ = self.repo.commit(author=author, date=date, files=changes, parents=parents)
        self.trees[id_] = tree
        return id_


def begun(repo: Repo) -> None:
    repo.commit("Begin", files={FILE: "one\ntwo\n", "bin": "\0x", "link": "x\n"})
    repo.commit("A", author=CLAUDE, branch="side", at="main", files={FILE: "a\none\ntwo\n"})
    repo.merge("side", message="Merge pull request #1 from ben/side")


def grown(repo: Repo) -> None:
    repo.commit("B", author=BEN, branch="more", at="main", files={FILE: "a\none\ntwo\nb\n"})
    repo.commit("C", author=CLAUDE, branch="more", files={FILE: "a\nONE\ntwo\nb\n", "bin": "t\n"})
    repo.ref("refs/pull/7/head", "more")
    repo.squash("more", f"Work (#7)\n\n{NAMED}", author=BEN)


def spied(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many landings were followed before, at each run."""
    done: list[int] = []
    whole = stored.lines  # type: ignore[attr-defined]

    def seen(source: object, branch: object, progress: object, before: object = None) -> object:
        done.append(len(before.branch.landings) if before else 0)  # type: ignore[attr-defined]
        return whole(source, branch, progress, before)  # type: ignore[arg-type]

    monkeypatch.setattr(stored, "lines", seen)
    return done


def test_a_branch_that_grew_is_gone_on_with_and_the_answer_is_the_same(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = spied(monkeypatch)
    begun(repo)
    first = asked(repo)
    assert asked(repo) == first
    grown(repo)
    assert asked(repo) == asked(repo, fresh=True) != first
    assert done == [0, 2, 2, 0]


@pytest.mark.parametrize("seed", range(8))
def test_a_history_read_in_parts_is_told_as_one_read_at_once(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    rng = Random(seed)
    chain = [Hands(repo, rng).straight(16)]
    while above := repo.parents(chain[-1]):
        chain.append(above[0])
    done = spied(monkeypatch)
    stops = [*sorted(rng.sample(range(1, len(chain) - 1), 3)), len(chain) - 1]
    for stop in stops:
        told = asked(repo, chain[-1 - stop])
        assert told == asked(repo, chain[-1 - stop], fresh=True)
    assert done[::2] == [0, *(stop + 1 for stop in stops[:-1])]


def test_a_file_that_was_text_for_a_while_is_told_the_same(repo: Repo) -> None:
    """Where it was looked at in between it was settled that it is text; that changes nothing."""
    texts = ("one\ntwo\n", "\0\ntwo\n", "2\ntwo\nnew\n", "\0\nnew\n", "3\nnew\n", "new\n")
    for day, text in enumerate(texts):
        author = CLAUDE if day % 2 else BEN
        repo.commit("Work", author=author, date=START + day * DAY, files={FILE: text})
        asked(repo)
    for day, files in ((20, {FILE: None}), (60, {"other": "x\n"})):
        repo.commit("Late", date=START + day * DAY, files=files)
        assert asked(repo) == asked(repo, fresh=True)


def test_origins_without_a_line_are_forgotten_and_the_answer_is_the_same(
    repo: Repo, tmp_path: Path
) -> None:
    repo.commit("Begin", files={FILE: "0\n"})
    for number in range(9):
        repo.commit("Work", author=CLAUDE, files={FILE: f"{number}\nlast\n"})
        assert asked(repo) == asked(repo, fresh=True)
    with opened(Asked(repo.path)) as place:
        data = next((tmp_path / "home/lines").iterdir()).read_bytes()
        replay = unpacked(data, place.source.objects).lines.replay
    assert (replay.used, len(replay.origins)) == (2, 4)


@pytest.mark.parametrize("change", ["note", "rewritten", "request", "damaged"])
def test_what_is_no_longer_what_it_was_is_followed_anew(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    done = spied(monkeypatch)
    begin = repo.commit("Begin", files={FILE: "one\n"})
    repo.commit("A", author=CLAUDE, branch="side", at="main", files={FILE: "a\none\n"})
    repo.squash("side", f"Work (#7)\n\n{NAMED}", author=BEN)
    asked(repo)
    if change == "note":
        repo.note("refs/notes/ai", begin, note(f"{SESSION} 1"))
    elif change == "rewritten":
        repo.branch("main", begin)
        repo.commit("Other", files={FILE: "one\nother\n"})
    elif change == "request":
        repo.ref("refs/pull/7/head", "side")
    else:
        kept = next((tmp_path / "home/lines").iterdir())
        kept.write_bytes(kept.read_bytes()[:-1])
    assert asked(repo) == asked(repo, fresh=True)
    assert done == [0, 0, 0]


def test_where_nothing_can_be_kept_it_is_told_all_the_same(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(repo)
    (tmp_path / "file").touch()
    monkeypatch.setenv("AFFIDAVIT_HOME", str(tmp_path / "file"))
    assert asked(repo).total.lines == asked(repo, fresh=True).total.lines


def test_what_is_kept_of_a_later_commit_stays_when_an_earlier_one_is_asked_about(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(repo)
    earlier = repo.resolve("main")
    grown(repo)
    newest = asked(repo)
    done = spied(monkeypatch)
    with opened(Asked(repo.path, earlier)) as place:
        first = report(place, Silent())
        assert first == report(place, Silent(), fresh=True)
    assert asked(repo) == newest
    assert done == [0, 0, newest.seen.landings]
