"""Where a line of the allowed signers came from, when first parents lead elsewhere."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
from test_approvals_vouched import CLEO, DAN, DANS, FAKE, FIRST, Firm, attested_besides

from affidavit.app.approvals.lines import Cleared
from affidavit.app.sworn.enrolling import Enrolling
from affidavit.changes.model import Kind
from approval_desk import ALLOWED
from gitrepo import BEN as BY_BEN
from signed_approvals import TOUCH, row

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.changes.forge.recorded import Recorded
    from affidavit.changes.people import People
    from gitrepo import Repo

WITH_FAKE: dict[str, bytes | str] = {ALLOWED: FIRST + row(CLEO, FAKE), **attested_besides(FAKE)}


@pytest.fixture
def firm(tmp_path: Path) -> Firm:
    return Firm(tmp_path / "repo")


def begun_anew(firm: Firm, *, orphan: bool) -> None:
    """Merge what is there into a line of its own that has the same files, and let that be main."""
    tip = firm.base
    parents = [] if orphan else [firm.repo.parents(tip)[0]]
    own = firm.repo.commit("Begin", files=held(firm.repo, tip), parents=parents, branch="own")
    firm.base = firm.repo.commit("Merge", parents=(own, tip), files={"docs.txt": "1\n"})
    firm.head = firm.repo.commit("A change", branch="next", at="main")


def held(repo: Repo, commit: str) -> dict[str, bytes | str]:
    """The files of a commit."""
    names = repo.git("ls-tree", "-r", "--name-only", commit).decode().split()
    return {name: repo.git("show", f"{commit}:{name}") for name in names}


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("orphan", [True, False])
def test_what_was_merged_the_wrong_way_round_is_no_beginning_and_lets_nobody_in(
    firm: Firm, *, orphan: bool, known: bool
) -> None:
    cleared = Cleared() if known else None
    firm.enrol(WITH_FAKE)
    assert firm.used(TOUCH, cleared=cleared).grade == "R4"
    assert firm.used(FAKE, enrolled_by_forge=lambda *_: False, cleared=cleared).grade == "R2"
    begun_anew(firm, orphan=orphan)
    assert firm.used(FAKE, enrolled_by_forge=lambda *_: True, cleared=cleared).grade == "R2"
    assert (firm.used(TOUCH, cleared=cleared).grade == "R2") is orphan


def test_what_is_known_of_one_base_holds_of_the_next_and_of_no_other_history(firm: Firm) -> None:
    cleared = Cleared()
    for number in range(6):
        firm.enrol({ALLOWED: FIRST + row(f"p{number}@firm.mail", DANS)})
        assert firm.used(TOUCH, cleared=cleared).grade == "R4"
    begun_anew(firm, orphan=True)
    assert firm.used(TOUCH, cleared=cleared).grade == "R2"


def test_a_branch_that_began_before_a_line_and_merged_it_changes_nothing(firm: Firm) -> None:
    firm.repo.commit("Work", branch="work", at="main")
    enrolling = firm.enrol({ALLOWED: FIRST + row(CLEO, FAKE)}, author=f"Dan <{DAN}>")
    firm.repo.merge(enrolling, branch="work", author=BY_BEN)
    firm.base = firm.repo.merge("work")
    firm.head = firm.repo.commit("A change", branch="last", at="main")
    asked = list[str]()

    def by_forge(commit: str, _whose: tuple[str, ...]) -> bool:
        asked.append(commit)
        return True

    assert firm.used(FAKE, enrolled_by_forge=by_forge).grade == "R4"
    assert asked == [enrolling]


def test_what_a_request_merged_itself_is_not_shown_by_an_approval_of_it() -> None:
    landed, head = SimpleNamespace(kind=Kind.MERGE), SimpleNamespace(head_oid="1" * 40)
    recorded = cast("Recorded", SimpleNamespace(landed=landed, request=head))
    asked = Enrolling({"1" * 40: recorded}, cast("People", None))
    assert asked.by_forge("1" * 40, ("cleo@firm.mail",)) is None
