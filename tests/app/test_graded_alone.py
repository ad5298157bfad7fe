"""Some landings of an audit graded by themselves: each comes out as the whole audit has it."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from affidavit.app.audit import Request, audit
from affidavit.app.gather import Bounds
from affidavit.app.graded import graded
from affidavit.app.sworn.asked import Asked
from affidavit.base.period import LATEST
from affidavit.changes.approval.posted import posted
from affidavit.cli.progress import Silent
from authenticator import security_key
from change_desk import Desk
from collectors import gathered
from forges import Forge
from gitrepo import BEN, GITHUB, Repo
from histories import BY_CLAUDE, CAROL, CLAUDE
from noted_squashes import AI, ONE, ai_note
from signed_approvals import row
from sworn_desk import FILES, Sworn

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from affidavit.changes.model import Landing

ALICE = "Alice Smith <alice@firm.mail>"
PEOPLE = (ALICE, BEN, CAROL, CLAUDE)
VOTE = "Code-Review+2: Ben Ode <ben@firm.mail>\n"


def request(repo: Path, forge: Path | None = None) -> Request:
    """All landings of a repository."""
    bounds = Bounds(since=0, until=LATEST)
    return Request(repository=repo, bounds=bounds, name="firm/shop", forge=forge)


def whole(asked: Request) -> Mapping[str, Landing]:
    """What an audit of all makes of each."""
    return {one.commit: one for one in audit(asked, Silent()).landings}


class Author:
    """Makes up a history of all kinds of landings."""

    def __init__(self, repo: Repo, seed: int) -> None:
        self._repo = repo
        self._rng = Random(seed)
        self._number = 0
        repo.commit("Begin", files={"a": "0"})

    def land(self) -> None:
        """One more landing."""
        rng, repo = self._rng, self._repo
        self._number += 1
        number, author = self._number, rng.choice(PEOPLE)
        way = rng.choice((self._linear, self._merge, self._squash))
        commit = way(number, author)
        if rng.random() < 0.3:
            repo.note("refs/notes/review", commit, VOTE)

    def _work(self, number: int, author: str) -> list[str]:
        """The commits of a branch, some of which a note of git-ai or a trailer claims."""
        rng, repo = self._rng, self._repo
        name, made = f"work-{number}", list[str]()
        for part in range(rng.randint(1, 3)):
            told = f"Part {part}" + (f"\n\n{BY_CLAUDE}" if rng.random() < 0.3 else "")
            files = {f"f{number}-{part}": f"{number} {part}\n"}
            at = None if made else "main"
            made.append(repo.commit(told, author=author, branch=name, at=at, files=files))
            if rng.random() < 0.3:
                repo.note(AI, made[-1], ai_note({f"f{number}-{part}": {ONE: "1"}}))
        if rng.random() < 0.7:
            repo.ref(f"refs/pull/{number}/head", name)
        return made

    def _linear(self, number: int, author: str) -> str:
        signed = "\n\nReviewed-by: Ben Ode <ben@firm.mail>" if number % 2 else ""
        return self._repo.commit(f"Straight {number}{signed}", author=author)

    def _merge(self, number: int, author: str) -> str:
        self._work(number, author)
        message = f"Merge pull request #{number} from firm/work-{number}"
        return self._repo.merge(f"work-{number}", message=message, author=self._rng.choice(PEOPLE))

    def _squash(self, number: int, author: str) -> str:
        self._work(number, author)
        title = f"Work (#{number})"
        return self._repo.squash(f"work-{number}", title, author=author, committer=GITHUB)


@pytest.mark.parametrize("seed", range(6))
def test_landings_of_any_history_are_graded_as_the_whole_audit_grades_them(
    tmp_path: Path, seed: int
) -> None:
    repo = Repo(tmp_path / "repo")
    author, rng = Author(repo, seed), Random(seed)
    for _ in range(25):
        author.land()
    asked = request(repo.path)
    every = whole(asked)
    for count in (1, 5, len(every)):
        wanted = frozenset(rng.sample(sorted(every), count))
        found = graded(asked, wanted, Silent())
        assert found == {one: every[one] for one in wanted}
    assert {one.review.grade for one in every.values()} > {"R0", "R1"}


def test_a_forges_records_grade_one_landing_as_they_do_in_the_whole(tmp_path: Path) -> None:
    with Forge(tmp_path / "forge") as forge:
        desk = Desk(forge, tmp_path)
        for way in ("squash", "merge", "rebase"):
            desk.approved(f"{way}.py").merge(desk.cleo, way)
            pull = desk.opened(f"{way}-alone.py")
            pull.commit(desk.ann, "Add more", {f"{way}-more.py": "y = 2\n"})
            pull.merge(desk.ann, way)
        gathered(forge, desk.export)
        asked = request(desk.shop.git.path, desk.export)
        every = whole(asked)
        for one in every:
            assert graded(asked, frozenset({one}), Silent()) == {one: every[one]}
    assert {one.review.grade for one in every.values()} >= {"R1", "R3"}


def test_a_key_that_another_landing_enrolled_counts_where_that_is_not_graded(
    tmp_path: Path,
) -> None:
    sworn = Sworn(tmp_path)
    with sworn.firm.forge:
        firm, key = sworn.firm, security_key(seed=2)
        lines = f"{FILES['affidavit/allowed_signers']}{row('ben@firm.mail', key)}"
        enrolling = firm.opened({"affidavit/allowed_signers": lines})
        enrolling.review(firm.cleo)
        enrolling.merge(firm.cleo, "squash")
        pull = firm.opened()
        pull.review(firm.cleo, "COMMENTED", body=posted(sworn.approve(pull, key)))
        commit = pull.merge(firm.ben, "squash")
        every = sworn.landing(commit)
        asked = Request(
            repository=firm.shop.git.path,
            branches=("main",),
            bounds=Bounds(since=0, until=LATEST),
            name="shop",
            forge=firm.export,
            sworn=Asked(repository=firm.shop.git.path, places=(firm.facts,)),
        )
        assert graded(asked, frozenset({commit}), Silent()) == {commit: every}
    assert every.review.grade == "R4"


def test_what_is_no_landing_is_not_graded(repo: Repo) -> None:
    repo.commit("Begin")
    side = repo.commit("Beside", branch="side", at="main")
    assert graded(request(repo.path), frozenset({side, "0" * 40}), Silent()) == {}
