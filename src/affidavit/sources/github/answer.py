"""An answer of GitHub, whole, and what its headers say."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import msgspec

from affidavit.base.errors import ForgeError
from affidavit.base.period import LATEST
from affidavit.changes.forge.model import Missing, Origin
from affidavit.sources.forge.lines import BROKEN

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")
_NEXT = re.compile(r'<([^<>]*)>\s*(?:;[^,<]*)?;\s*rel="?next"?')


class UntoldError(ForgeError):
    """The forge answers, but does not tell what it was asked."""


class _Message(msgspec.Struct):
    message: str = ""


class Answer(NamedTuple):
    """What came back: all of it, or an exception was raised. Header names are lower case.

    `at` is when it came, `permission` what the forge said reading it needs.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    at: str

    @property
    def message(self) -> str:
        """What a refusal says; empty where it says nothing."""
        try:
            return msgspec.json.decode(self.body, type=_Message).message
        except BROKEN:
            return ""

    @property
    def permission(self) -> str | None:
        """The permission that the forge names for what was asked."""
        named = self.headers.get("x-accepted-github-permissions", "").strip()
        return named or None

    @property
    def next_link(self) -> str | None:
        """The address of the next page, where there is one."""
        found = _NEXT.search(self.headers.get("link", ""))
        return found[1] if found else None

    def missing(self, what: str) -> Missing:
        """`what` is not known because of this answer."""
        if self.status == 304 or self.status < 300:
            return Missing(what, "error")
        refused = self.status in {401, 403, 404, 451}
        return Missing(what, "permission" if refused else "error", needs=self.permission)

    def origin(self, raw: bytes | None = None) -> Origin:
        """Where a record of `raw` (default: the whole answer) comes from."""
        data = self.body if raw is None else raw
        return Origin(url=self.url, fetched_at=self.at, digest=digest(data))

    def whole_number(self, name: str) -> int | None:
        """The header `name` as a number."""
        text = self.headers.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None

    def sent_at(self) -> float | None:
        """When the forge says it sent this, in seconds since 1970."""
        try:
            sent = parsedate_to_datetime(self.headers["date"]).timestamp()
        except (KeyError, ValueError, OverflowError):
            return None
        return sent if 0 < sent < LATEST else None


def digest(raw: bytes) -> str:
    """What an export keeps of raw bytes."""
    return f"sha256:{sha256(raw).hexdigest()}"


def decoded(answer: Answer, type_: type[T]) -> T:
    """The answer as `type_`.

    Raises:
        UntoldError: It is not.
    """
    return decoded_part(answer, answer.body, type_)


def decoded_part(answer: Answer, raw: bytes, type_: type[T]) -> T:
    """A part of the answer as `type_`.

    Raises:
        UntoldError: It is not.
    """
    try:
        return msgspec.json.decode(raw, type=type_)
    except BROKEN as error:
        raise UntoldError(f"{answer.url} does not answer as GitHub does: {error}") from error
