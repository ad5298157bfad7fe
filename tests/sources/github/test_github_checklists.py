"""What is kept of a review's text: its own checkboxes, and nothing else."""

from __future__ import annotations

import pytest

from affidavit.changes.forge.model import ChecklistItem, Missing, PullRequest, ReviewState
from affidavit.sources.github.converting import LONGEST, MOST, checklist, review
from affidavit.sources.github.graph import Page
from affidavit.sources.github.nodes import Pull, ReviewNode, Reviews
from affidavit.sources.github.pull_request import record

READ_IT = ChecklistItem(text="I read what the agent wrote", checked=True)
NOT_YET = ChecklistItem(text="No secrets", checked=False)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(None, None, id="a text that is not told"),
        pytest.param("", (), id="no text"),
        pytest.param("Good. [x] Read", (), id="no list"),
        pytest.param(
            "Fine:\n- [x] I read what the agent wrote\n* [ ] No secrets\nThanks",
            (READ_IT, NOT_YET),
            id="both",
        ),
        pytest.param("* [X] I read what the agent wrote\r\n", (READ_IT,), id="large and CRLF"),
        pytest.param("> - [x] I read what the agent wrote\n", (), id="quoted"),
        pytest.param("```\n- [x] I read what the agent wrote\n```\n", (), id="in code"),
        pytest.param("<!--\n- [x] I read what the agent wrote\n-->", (), id="in a comment"),
        pytest.param("- [x]", (), id="without words"),
    ],
)
def test_the_checkboxes_of_a_review_are_its_own(
    body: str | None, expected: tuple[ChecklistItem, ...] | None
) -> None:
    assert checklist(body) == expected


def test_words_are_shortened_and_shown_as_they_can_be() -> None:
    found = checklist("- [x] " + "a" * 300 + "\n- [ ] \x1b[31mred\u202e\n")
    assert found is not None
    long, odd = found
    assert (len(long.text) <= LONGEST, long.text.startswith("a" * 100)) == (True, True)
    assert (odd.text.isprintable(), odd.checked) == (True, False)


def test_of_too_many_none_is_kept_and_that_is_marked() -> None:
    assert len(checklist("- [x] a\n" * MOST) or ()) == MOST
    node = Pull(
        number=1,
        url="https://github.com/firm/shop/pull/1",
        state="OPEN",
        created_at="2026-01-01T00:00:00Z",
        updated_at="2026-01-01T00:00:00Z",
    )
    many = ReviewNode(state="APPROVED", body="- [x] a\n" * (MOST + 1))
    node.reviews = Reviews(1, Page(), [many])
    found = record(node, ())
    assert isinstance(found, PullRequest)
    assert [one.checklist for one in found.reviews] == [None]
    assert Missing("reviews.checklist", "truncated") in found.missing


def test_no_other_word_of_the_text_is_kept() -> None:
    node = ReviewNode(state="APPROVED", body="The password is hunter2\n- [x] Read\n")
    found = review(node)
    assert found is not None
    assert (found.state, "hunter2" in repr(found)) == (ReviewState.APPROVED, False)
    assert found.checklist == (ChecklistItem(text="Read", checked=True),)
