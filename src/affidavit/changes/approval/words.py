"""What a person is about to sign, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from affidavit.base.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.changes.approval.predicate import Answers, Read

QUESTIONS = {
    "functional_correctness": "it does what it is meant to do, and nothing else",
    "security": "it was looked at for security",
    "tests": "it is tested, and the tests can fail",
    "ai_review": "what an AI wrote was read line by line",
}
"""What is asked of an approval, by the field that holds the answer."""
DOING = {"approved": "approve", "rejected": "reject", "waived": "waive for"}
_ANSWERS = {True: "yes", False: "no", None: "not answered"}


class Shown(NamedTuple):
    """What is shown beside what is signed: the commit's first line, and how many files change."""

    title: str
    files: int | None


def described(read: Read, shown: Shown) -> Iterator[str]:
    """The lines for a decision; the title is text that anybody wrote."""
    approval, change = read.approval, read.approval.change
    yield f"you {DOING[approval.decision]}"
    yield f"  commit        {read.commit}"
    yield f"                {visible(shown.title)}"
    yield f"  tree          {read.tree}"
    if change.request is not None:
        yield f"  request       #{change.request}"
    yield f"  to go into    {change.base or 'an unknown base'}"
    yield f"  changed since {change.merge_base or 'an unknown commit'}"
    yield f"  files         {'unknown' if shown.files is None else f'{shown.files:,}'}"
    if approval.decision == "approved":
        yield from _answered(approval.answers)
        yield f"  AI use        {approval.ai_use or 'not said'}"
    if approval.decision == "waived":
        yield f"  waived        {', '.join(approval.items) or 'everything'}"
        yield f"  until         {approval.until}"
    if approval.reason is not None:
        yield f"  reason        {visible(approval.reason)}"


def _answered(answers: Answers) -> Iterator[str]:
    said = {
        "functional_correctness": answers.functional_correctness,
        "security": answers.security,
        "tests": answers.tests,
        "ai_review": answers.ai_review,
    }
    for name, question in QUESTIONS.items():
        yield f"  {question}: {_ANSWERS[said[name]]}"
