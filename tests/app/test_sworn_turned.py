"""Merges the wrong way round: what the branch was at is their second parent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.changes.exceptional import UNGATED
from affidavit.changes.gated import GateState
from affidavit.changes.model import Grade
from sworn_desk import Sworn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from affidavit.changes.model import Landing

DOCS: Mapping[str, str | bytes | None] = {"docs.txt": "x\n"}


@pytest.fixture
def sworn(tmp_path: Path) -> Iterator[Sworn]:
    made = Sworn(tmp_path)
    with made.firm.forge:
        yield made


def files(sworn: Sworn, commit: str) -> dict[str, str | bytes | None]:
    """The files of a commit, to make another of them."""
    git = sworn.firm.shop.git
    names = git.run("ls-tree", "-r", "--name-only", commit).decode().splitlines()
    return {name: git.run("show", f"{commit}:{name}") for name in names}


def turned(sworn: Sworn, since: str) -> tuple[str, str]:
    """Cleo's work on `since`, and her merge of the branch into it, pushed to the branch."""
    shop, cleo = sworn.firm.shop, sworn.firm.cleo
    tip = shop.heads["main"]
    work = shop.make(cleo, "Docs", DOCS, on=since)
    both = {**files(sworn, tip), **DOCS}
    merge = shop.make(cleo, "Merge branch 'topic'", both, parents=(work, tip))
    shop.push(cleo, "main", merge)
    return work, merge


def before_the_gate(sworn: Sworn) -> str:
    """The commit that the one with the gate was made on."""
    git = sworn.firm.shop.git
    return git.run("rev-parse", f"{sworn.firm.base}^").decode().strip()


def shown(landing: Landing) -> tuple[Grade, GateState | None, bool]:
    gate = landing.sworn.gate if landing.sworn else None
    return landing.review.grade, gate.state if gate else None, UNGATED in landing.exceptions


@pytest.mark.parametrize("forge", [True, False])
def test_a_gate_is_not_left_by_a_merge_into_a_line_without_one(
    sworn: Sworn, *, forge: bool
) -> None:
    _, merge = turned(sworn, before_the_gate(sworn))
    landing = sworn.landing(merge, forge=forge)
    known = GateState.NONE if forge else GateState.UNKNOWN
    assert shown(landing) == (Grade.R0, known, True)


def test_what_lies_below_such_a_merge_came_past_the_gate_as_well(sworn: Sworn) -> None:
    work, _ = turned(sworn, before_the_gate(sworn))
    assert UNGATED in sworn.landing(work).exceptions


def test_what_was_pushed_is_not_merged_by_who_merges_the_branch_into_their_own_work(
    sworn: Sworn,
) -> None:
    shop = sworn.firm.shop
    since = shop.heads["main"]
    shop.direct(sworn.firm.ben, "Backdoor", {"back.py": "x\n"})
    work, merge = turned(sworn, since)
    report = sworn.report()
    landing = next(one for one in report.landings if one.commit == merge)
    assert shown(landing) == (Grade.R0, GateState.NONE, True)
    assert landing.review.self_merged is None
    [limit] = [one for one in report.limits if one.id == "merged-the-wrong-way"]
    assert (limit.gap, limit.items) == (True, tuple(sorted([work, merge])))


def test_requests_that_were_merged_tell_it_where_the_push_is_not_known(sworn: Sworn) -> None:
    shop = sworn.firm.shop
    since = shop.heads["main"]
    pull = sworn.firm.opened(by=sworn.firm.ben)
    pull.merge(sworn.firm.ben, "squash")
    _, merge = turned(sworn, since)
    shop.activity.pop()
    assert sworn.landing(merge).review.grade is Grade.R0


@pytest.mark.parametrize(("forge", "expected"), [(True, None), (False, GateState.UNKNOWN)])
def test_a_merge_that_brings_the_gate_needed_none_where_the_forge_is_known_to_have_made_it(
    sworn: Sworn, expected: GateState | None, *, forge: bool
) -> None:
    shop, ann = sworn.firm.shop, sworn.firm.ann
    since = before_the_gate(sworn)
    shop.push(ann, "other", since)
    shop.push(ann, "gate", sworn.enrolled)
    pull = shop.open(ann, "A gate", {}, head=sworn.enrolled, base="other", branch="gate")
    merge = pull.merge(sworn.firm.ben, "merge")
    report = sworn.report(branches=("other",), forge=forge)
    landing = next(one for one in report.landings if one.commit == merge)
    assert shown(landing)[1:] == (expected, not forge)


def test_a_request_that_came_with_another_one_turns_no_merge(sworn: Sworn) -> None:
    shop = sworn.firm.shop
    first = sworn.firm.opened(by=sworn.firm.ben)
    more = shop.make(sworn.firm.ann, "More", {"more.py": "1\n"}, on=first.head_oid)
    second = shop.open(sworn.firm.ann, "More", {}, head=more)
    merge = second.merge(sworn.firm.cleo, "merge")
    shop.activity.clear()
    assert first.merge_oid == first.head_oid
    assert sworn.landing(merge).review.grade is Grade.R2
