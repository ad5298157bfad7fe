"""Which landings a request became, and what was merged: by more than words that anybody types."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec
import pytest
from forge_builder import BASE, HEAD, MERGE, OLDER, commit, request

from affidavit.base.commit import Ident
from affidavit.changes.forge.approvals import Answer
from affidavit.changes.forge.landed import Landed, Push, Seen, landed
from affidavit.changes.forge.model import MergeCommit, Missing, PullRequest, Signed
from affidavit.changes.model import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN
ADA, CY = Ident("ada", "ada@firm.mail"), Ident("cy", "cy@firm.mail")
FIRST, SECOND, TREE, OTHER = "1" * 40, "2" * 40, "e" * 40, "f" * 40
NONE: dict[str, Seen] = {}
TWO = (commit(OLDER, message="First"), commit(HEAD, message="Second"))


class Known(NamedTuple):
    """What is told of landings: the push that ended in the last, and how contents compare."""

    push: Push | None = None
    contents: dict[str, Answer] = {}  # noqa: RUF012 -- never changed
    below: tuple[str, ...] = ()

    def pushed(self, _: str) -> Push | None:
        return self.push

    def copied(self, pairs: Sequence[tuple[str, str]]) -> list[Answer]:
        return [self.contents.get(one, UNKNOWN) for _, one in pairs]

    def holds(self, _: str, commit: str) -> bool:
        return commit in self.below


def seen(id_: str, parents: tuple[str, ...], title: str = "Work", author: Ident = ADA) -> Seen:
    return Seen(id_, TREE, parents, author, CY, title)


def became(parents: tuple[str, ...] = (), tree: str | None = None) -> MergeCommit:
    return MergeCommit(oid=MERGE, tree=tree, parents=parents, committed_at=None, signed=None)


def merged(
    own: Seen, told: MergeCommit, push: Push | None = None, *others: Seen, **fields: object
) -> Landed:
    below = {one.id: one for one in others}
    pull = request(merge_commit=told, **fields)
    return landed(own, pull, below.get, Known(push))


@pytest.mark.parametrize(
    ("parents", "told", "head", "doubt"),
    [
        ((BASE, HEAD), became(), HEAD, ""),
        ((BASE, HEAD), became((BASE, HEAD), TREE), HEAD, ""),
        ((BASE, OTHER), became((BASE, OTHER)), OTHER, ""),
        ((BASE, OTHER), became(), None, "another commit than the head"),
        ((BASE, HEAD), became((OTHER, HEAD)), None, "other parents"),
        ((BASE, HEAD), became(tree=OTHER), None, "another tree"),
        ((BASE, HEAD, OTHER), became(), None, "more than one branch"),
        ((BASE, HEAD, OTHER), became((BASE, HEAD, OTHER)), None, "more than one branch"),
        ((BASE,), became((BASE,), TREE), HEAD, ""),
        ((BASE,), became((OTHER,)), None, "other parents"),
        ((BASE,), became(tree=OTHER), None, "another tree"),
    ],
)
def test_what_was_merged_is_unknown_where_git_shows_otherwise_than_the_forge_says(
    parents: tuple[str, ...], told: MergeCommit, head: str | None, doubt: str
) -> None:
    found = merged(seen(MERGE, parents), told)
    assert (found.head, doubt in found.doubt, bool(found.doubt)) == (head, True, bool(doubt))


@pytest.mark.parametrize(
    ("signed", "push", "made"),
    [
        (None, None, False),
        (None, Push(BASE, merge=False), False),
        (None, Push(BASE, merge=True), True),
        (Signed(valid=True, by_forge=True, state="valid"), None, True),
        (Signed(valid=True, by_forge=False, state="valid"), None, False),
        (Signed(valid=False, by_forge=True, state="invalid"), None, False),
    ],
)
def test_the_forge_made_a_merge_that_it_signed_or_that_it_pushed(
    signed: Signed | None, push: Push | None, *, made: bool
) -> None:
    told = msgspec.structs.replace(became(), signed=signed)
    assert merged(seen(MERGE, (BASE, HEAD)), told, push).made is made


def rebased(pull: PullRequest, known: Known, below: str = "First") -> tuple[str, ...]:
    """The members, where the landings are the second commit made anew and one below it."""
    line = {FIRST: seen(FIRST, (BASE,), below), BASE: seen(BASE, (OTHER,), "Begin")}
    found = landed(seen(SECOND, (FIRST,), "Second"), pull, line.get, known)
    assert found.kind is Kind.REBASE
    return found.members


BOTH, LAST = (SECOND, FIRST), (SECOND,)
PULL = request(commits=TWO, merge_commit=None)
CUT = request(commits=TWO, merge_commit=None, missing=(Missing("commits", "truncated"),))
LONGER = request(commits=(commit(OTHER, message="Zero"), *TWO), merge_commit=None)


@pytest.mark.parametrize(
    ("pull", "known", "below", "members"),
    [
        pytest.param(PULL, Known(), "First", BOTH, id="words alone, and none is lacking"),
        pytest.param(CUT, Known(), "First", LAST, id="words alone, and commits may be lacking"),
        pytest.param(LONGER, Known(), "First", LAST, id="words alone, and one is lacking"),
        pytest.param(PULL, Known(None, {FIRST: NO}), "First", LAST, id="other content"),
        pytest.param(LONGER, Known(None, {FIRST: YES}), "First", BOTH, id="the same content"),
        pytest.param(PULL, Known(), "Else", LAST, id="another title"),
        pytest.param(
            PULL, Known(Push(FIRST, merge=True)), "First", LAST, id="pushed before the merge"
        ),
        pytest.param(
            PULL, Known(Push(FIRST, merge=False)), "First", LAST, id="pushed before the last push"
        ),
        pytest.param(
            PULL, Known(Push(BASE, merge=True), {FIRST: NO}), "Else", BOTH, id="merged together"
        ),
        pytest.param(
            PULL, Known(Push(BASE, merge=False), {FIRST: NO}), "First", LAST, id="pushed together"
        ),
    ],
)
def test_a_landing_below_is_the_requests_only_where_more_than_its_words_shows_it(
    pull: PullRequest, known: Known, below: str, members: tuple[str, ...]
) -> None:
    assert rebased(pull, known, below) == members


def test_more_landings_than_the_request_has_commits_were_not_merged_with_it() -> None:
    one = request(commits=TWO[1:], merge_commit=None)
    assert rebased(one, Known(Push(BASE, merge=True))) == LAST


@pytest.mark.parametrize("title", ["Work (#7)", "Second", "Other"])
def test_a_commit_on_top_of_the_head_is_neither_a_squash_nor_the_request_made_anew(
    title: str,
) -> None:
    pull = request(commits=TWO, merge_commit=None)
    own = seen(MERGE, (HEAD,), title)
    found = landed(own, pull, NONE.get, Known(below=(HEAD,)))
    on_top = "it was pushed on top of the head of the request: it holds something else as well"
    assert found == Landed(kind=Kind.LINEAR, members=(MERGE,), head=None, doubt=on_top, made=False)


def test_the_head_itself_on_the_branch_is_what_was_merged() -> None:
    pull = request(commits=TWO, merge_commit=None)
    assert landed(seen(HEAD, (BASE,), "Second"), pull, NONE.get, Known(below=(HEAD,))).head == HEAD
