"""Whether a prompt that somebody shows is the one a receipt was made for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.app.receipts.files import bytes_at, prompt_at
from affidavit.app.receipts.predicate import PROMPT
from affidavit.app.receipts.result import Check, State
from affidavit.base.digest import sha256
from affidavit.ledger.commitment import LARGEST_OPENING, LARGEST_VALUE, parse_opening

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.app.receipts.predicate import Authorship


def prompt_check(
    said: Authorship | None, prompt: Path | None, opening: Path | None
) -> tuple[Check, ...]:
    """The check of the prompt in the files `prompt` and `opening`; none where nothing is there.

    Raises:
        FormatError: The opening is none.
        UnreadableError: A file cannot be read.
    """
    asked = prompt is not None or opening is not None
    named = said.asserted.prompt if said else None
    if said is None or named is None:
        if not asked:
            return ()
        text = "there is no prompt that the receipt names"
        return (Check("prompt", State.FAILED if said else State.NOT_CHECKED, text),)
    if not asked:
        return (Check("prompt", State.NOT_CHECKED, "no prompt was given", asked=False),)
    if named.commitment is not None:
        return (_opened(named.commitment, prompt, opening),)
    return (_hashed(named.unsalted or "", prompt),)


def _opened(commitment: str, prompt: Path | None, opening: Path | None) -> Check:
    if opening is None:
        return Check("prompt", State.NOT_CHECKED, "its commitment is salted: give its --opening")
    found = parse_opening(bytes_at(opening, LARGEST_OPENING), place=str(opening))
    if found.field != PROMPT or found.commitment() != commitment:
        return Check("prompt", State.FAILED, "the opening is of another commitment")
    if prompt is not None and prompt_at(prompt) != found.value:
        return Check("prompt", State.FAILED, "the prompt is not the one in the opening")
    return Check("prompt", State.HELD, "it is the prompt that the statement commits to")


def _hashed(unsalted: str, prompt: Path | None) -> Check:
    if prompt is None:
        return Check("prompt", State.NOT_CHECKED, "its hash has no opening: give the --prompt")
    if sha256(bytes_at(prompt, LARGEST_VALUE)) != unsalted:
        return Check("prompt", State.FAILED, "the prompt has another hash")
    return Check("prompt", State.HELD, "it has the hash, which is unsalted, of the statement")
