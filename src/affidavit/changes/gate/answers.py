"""What the checkboxes of a review answer: the questions of the checklist, and the use of AI."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from affidavit.policy.input import Checklist

if TYPE_CHECKING:
    from collections.abc import Iterable

    from affidavit.changes.forge.model import ChecklistItem

AiUse = Literal["none", "assisted", "generated"]
Grade = Literal["R2", "R3", "R4"]
QUESTIONS = {
    "functional_correctness": "functional correctness",
    "security": "security",
    "tests": "tests",
    "ai_review": "ai-specific review",
}
"""How the text of a checkbox begins that answers a question, whatever its case."""
USES: tuple[AiUse, ...] = ("generated", "assisted", "none")
"""The words after `USE`, the one that says most first."""
USE = "ai use"


def answered(boxes: Iterable[ChecklistItem], statement: str) -> Checklist:
    """The answers that ticked boxes give: yes, for a box that is not ticked says nothing.

    `statement` is the text by which a reviewer says that they looked at what AI wrote.
    """
    ticked = [_plain(one.text) for one in boxes if one.checked]

    def yes(name: str) -> bool | None:
        return True if any(_begins(one, QUESTIONS[name]) for one in ticked) else None

    return Checklist(
        functional_correctness=yes("functional_correctness"),
        security=yes("security"),
        tests=yes("tests"),
        ai_review=yes("ai_review") or (True if _plain(statement) in ticked else None),
    )


def used(boxes: Iterable[ChecklistItem]) -> AiUse | None:
    """The use of AI that ticked boxes tell, the most of several."""
    ticked = [_plain(one.text) for one in boxes if one.checked]
    told = [one[len(USE) :].strip(" :") for one in ticked if _begins(one, USE)]
    return next((word for word in USES if any(_begins(one, word) for one in told)), None)


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("*", " ").replace("`", " ").split())


def _begins(text: str, words: str) -> bool:
    """Whether `text` begins with the whole `words`."""
    return text == words or (text.startswith(words) and not text[len(words)].isalnum())
