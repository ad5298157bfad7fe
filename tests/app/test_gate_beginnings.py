"""A change whose first parents lead elsewhere: merged, it would be the beginning of the branch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gate_desk import ALLOWED, MET, UNDECIDED, UNKNOWN, Desk
from gates import found, statuses

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    with made.forge:
        yield made


def merged(desk: Desk, *, anew: bool) -> str:
    """A merge of the base and a history of its own, one of which is the first parent."""
    git = desk.shop.git
    held = git.files(desk.base)
    orphan = desk.made(git.tree({"affidavit.toml": held["affidavit.toml"]}))
    tree = git.tree({**held, "docs.txt": ("100644", git.blob("harmless\n"))})
    return desk.made(tree, *((orphan, desk.base) if anew else (desk.base, orphan)))


def test_a_merge_whose_first_parent_is_a_beginning_of_its_own_is_not_decided(desk: Desk) -> None:
    answer = desk.answer(desk.opened_at(merged(desk, anew=True)))
    assert (answer.verdict, statuses(answer)["history"]) == (UNDECIDED, UNKNOWN)
    assert found(answer, "history") == (
        "its first parents lead to a beginning of its own, and not to the base"
    )


def test_another_history_may_be_merged_into_that_of_the_base(desk: Desk) -> None:
    answer = desk.answer(desk.opened_at(merged(desk, anew=False)))
    assert (answer.verdict, statuses(answer)["history"]) == (ALLOWED, MET)


def test_a_beginning_that_was_merged_before_is_none_of_the_branch_all_the_same(
    desk: Desk,
) -> None:
    git = desk.shop.git
    held = git.files(desk.base)
    orphan = desk.made(git.tree({"affidavit.toml": held["affidavit.toml"]}))
    base = desk.made(git.tree(held), desk.base, orphan)
    desk.shop.push(desk.ann, "main", base)
    tree = git.tree({**held, "docs.txt": ("100644", git.blob("harmless\n"))})
    work = desk.made(git.tree({"docs.txt": ("100644", git.blob("harmless\n"))}), orphan)
    for parents in ((orphan, base), (work, base)):
        answer = desk.answer(desk.opened_at(desk.made(tree, *parents)))
        assert (answer.verdict, statuses(answer)["history"]) == (UNDECIDED, UNKNOWN)
    stacked = desk.made(tree, desk.made(tree, desk.base), base)
    assert desk.answer(desk.opened_at(stacked)).verdict is ALLOWED


def test_a_branch_that_merged_the_newest_base_is_judged_as_before(desk: Desk) -> None:
    pull = desk.opened({"cart.py": "1\n"})
    newest = desk.shop.direct(desk.cleo, "More", {"more.py": "1\n"})
    git = desk.shop.git
    both = {**git.files(newest), "cart.py": git.files(pull.head_oid)["cart.py"]}
    answer = desk.answer(desk.opened_at(desk.made(git.tree(both), pull.head_oid, newest)))
    assert (answer.verdict, statuses(answer)["history"]) == (ALLOWED, MET)
