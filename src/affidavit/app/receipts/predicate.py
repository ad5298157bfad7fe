"""What a receipt says of a commit: who is said to have written it, with what, and who looked.

All of it was typed or handed in by whoever made the receipt, and stands under `asserted`: the
signature shows who asserts it, and nothing shows that it is so. See docs/formats/ai-authorship.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import msgspec

from affidavit.base.errors import FormatError
from affidavit.ledger.kinds import Commitment, Digest, Size, Text, named

if TYPE_CHECKING:
    from affidavit.ledger.dsse import Json
    from affidavit.ledger.statement import Statement

AI_AUTHORSHIP = "https://affidavit.invalid/ai-authorship/v1"
"""The type of the predicate: a name, and no address."""
PROMPT = "prompt"
"""The field that a commitment to a prompt is made for."""


class Prompt(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """The prompt, as a salted commitment or as a hash somebody gave without a salt: one of them."""

    commitment: Commitment | None = None
    unsalted: Digest | None = None

    def __post_init__(self) -> None:
        if (self.commitment is None) == (self.unsalted is None):
            raise ValueError("a prompt has a commitment or an unsalted hash, one of them")


class Reviewer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody who is said to have reviewed: a pseudonym, and a commitment to what was typed."""

    name: Commitment
    party: Text


class Evidence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file that is said to show tests of the commit; `size` is bytes."""

    digest: Digest
    size: Size


class Asserted(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """What whoever made the receipt said; what was not said is absent."""

    agent: Text | None = None
    model: Text | None = None
    prompt: Prompt | None = None
    reviewers: tuple[Reviewer, ...] = ()
    session: Text | None = None
    tests: tuple[Evidence, ...] = ()


class Authorship(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The predicate. `created` is RFC 3339 UTC by the signer's clock."""

    asserted: Asserted
    created: Text
    tool: Text

    def shown(self) -> dict[str, Json]:
        """The predicate as JSON has it."""
        return cast("dict[str, Json]", msgspec.to_builtins(self))


def authorship_of(statement: Statement, place: str) -> Authorship:
    """The predicate of `statement`.

    Raises:
        FormatError: It is of another type, or not what its type says; the message begins with
            `place`.
    """
    if statement.predicate_type != AI_AUTHORSHIP:
        raise FormatError(f"{place}: the predicate is not of the type {AI_AUTHORSHIP}")
    try:
        return msgspec.convert(statement.predicate, Authorship)
    except msgspec.ValidationError as error:
        raise FormatError(f"{place}: {named(error, 'predicate')}") from error
