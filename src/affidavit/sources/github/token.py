"""The token: it authorises requests, and shows itself nowhere else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

from affidavit.base.errors import ForgeTokenError

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

VARIABLES = ("GITHUB_TOKEN", "GH_TOKEN")
"""Where the token is looked for, in this order."""
_USABLE = re.compile(r"[!-~]{1,4096}\Z")


class Token:
    """A token of GitHub. Neither its text nor a pickle of it tells what it is.

    Raises:
        ForgeTokenError: No header can hold it. The message does not tell it.
    """

    __slots__ = ("__secret",)

    def __init__(self, secret: str) -> None:
        if not _USABLE.match(secret):
            raise ForgeTokenError(
                "the token holds a character that no token has, or none at all",
                hint="look for a line feed or a quotation mark in the variable",
            )
        self.__secret = secret

    def __repr__(self) -> str:
        return "Token(hidden)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a token is not written anywhere")

    def authorize(self, headers: MutableMapping[str, str]) -> None:
        """Put it into the headers of a request to its forge."""
        headers["Authorization"] = f"Bearer {self.__secret}"

    def hidden(self, text: str) -> str:
        """`text` without it: an answer may repeat what was sent."""
        return text.replace(self.__secret, "(token)")

    def hidden_in(self, data: bytes) -> bytes:
        """The same for bytes."""
        return data.replace(self.__secret.encode(), b"(token)")


def token(environment: Mapping[str, str]) -> Token:
    """The token that the environment gives.

    Raises:
        ForgeTokenError: There is none, or it cannot be one.
    """
    for name in VARIABLES:
        if secret := environment.get(name, "").strip():
            return Token(secret)
    raise ForgeTokenError(
        f"there is no token in {' or '.join(VARIABLES)}",
        hint="docs/collect.md says which permissions it needs",
    )
