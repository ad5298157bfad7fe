"""GitHub's GraphQL for one repository: questions in pages whose size fits what the forge bears."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

import msgspec

from affidavit.base.errors import ForgeError
from affidavit.base.text import shortened
from affidavit.changes.forge.model import Missing
from affidavit.sources.github.answer import Answer, UntoldError, decoded, decoded_part
from affidavit.sources.github.limits import Complaint, complaints
from affidavit.sources.github.transport import IN_A_ROW, RefusedError, TooSlowError, Transport

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

T = TypeVar("T")
REFUSED = frozenset({"FORBIDDEN", "NOT_FOUND", "INSUFFICIENT_SCOPES", "SAML_FAILURE"})
"""Complaints that asking again does not help: the token may not see it."""


NOTHING = msgspec.Raw(b"null")


def present(raw: msgspec.Raw) -> bytes | None:
    """The bytes of `raw` as they came, None where it is null."""
    found = bytes(raw)
    return None if found == b"null" else found


class Page(msgspec.Struct):
    """Where a list goes on."""

    hasNextPage: bool = False  # noqa: N815 -- GitHub's name
    endCursor: str | None = None  # noqa: N815 -- GitHub's name

    @property
    def goes_on(self) -> str | None:
        """The cursor of the next page, where there is one."""
        return self.endCursor if self.hasNextPage else None


class _Body(msgspec.Struct):
    data: msgspec.Raw = NOTHING


class Reply(NamedTuple, Generic[T]):
    """What GraphQL told; `complaints` name the parts of it that are not known."""

    answer: Answer
    data: T
    complaints: tuple[Complaint, ...]


class Graph:
    """Asks GraphQL about the repository `owner`/`name`."""

    def __init__(self, transport: Transport, owner: str, name: str) -> None:
        self.transport = transport
        self._about = {"owner": owner, "name": name}
        self._row = 0

    def ask(
        self,
        query: str,
        variables: Mapping[str, object],
        type_: type[T],
        *,
        patient: bool = True,
    ) -> Reply[T]:
        """What the forge tells, as `type_`, perhaps in part.

        Raises:
            TooSlowError: It takes the forge too long, and the caller is not `patient`.
            ForgeError: The forge does not answer, or tells nothing.
        """
        given = {**self._about, **variables} if "$owner" in query else variables
        body = msgspec.json.encode({"query": query, "variables": given})
        answer = self.transport.post(body, patient=patient)
        if answer.status != 200:
            reason = shortened(answer.message, 300) or "no reason given"
            told = f"{answer.url} answers with status {answer.status}: {reason}"
            if answer.status in {403, 404}:
                raise RefusedError(told, status=answer.status, needs=answer.permission)
            raise ForgeError(told)
        complained = complaints(answer)
        raw = present(decoded(answer, _Body).data)
        if raw is None:
            if not patient and not _refused(complained):
                raise TooSlowError(f"{answer.url}: {said(complained)}")
            raise untold(answer, complained)
        data = decoded_part(answer, raw, type_)
        self._row = 0
        return Reply(answer, data, complained)

    def bear(self, error: ForgeError) -> None:
        """Go on after `error`, which came of asking for one thing alone.

        Raises:
            ForgeError: It is not of that thing, or came too often in a row.
        """
        self._row += 1
        if self._row >= IN_A_ROW or not is_of_one(error):
            raise error


GOOD = 8
"""After so many answers more is asked for again."""


class Sized:
    """How much is asked for at once: less where that is too much for the forge."""

    def __init__(self, size: int) -> None:
        self.size = self._most = size
        self._good = 0

    def _is_good(self) -> None:
        self._good += 1
        if self._good > GOOD:
            self._good = 0
            self.size = min(self._most, 2 * self.size)

    def fitting(self, ask: Callable[[int, bool], Reply[T]]) -> Reply[T]:
        """What `ask` answers, given the size and whether to be patient.

        Where the forge is too slow, or complains of what it could tell another time, half as much
        is asked for; at 1 the answer stands, with its complaints.
        """
        self._is_good()
        while True:
            try:
                reply = ask(self.size, self.size == 1)
            except TooSlowError:
                if self.size == 1:
                    raise
            else:
                passing = [one for one in reply.complaints if one.type not in REFUSED]
                if self.size == 1 or not passing:
                    return reply
            self._good = 0
            self.size = max(1, self.size // 2)


def said(found: Sequence[Complaint]) -> str:
    """What the complaints say."""
    return shortened("; ".join(one.message for one in found), 300) or "no reason given"


def untold(answer: Answer, found: Sequence[Complaint]) -> ForgeError:
    """The error that follows from an answer which tells nothing of what was asked."""
    told = f"{answer.url} does not tell: {said(found)}"
    if _refused(found):
        return RefusedError(told, status=answer.status, needs=answer.permission)
    return UntoldError(told)


def is_of_one(error: ForgeError) -> bool:
    """Whether `error` may be that of the thing asked about, so that others can be had."""
    if isinstance(error, RefusedError):
        return error.status == 200 or error.status >= 500
    return isinstance(error, UntoldError)


def _refused(found: Sequence[Complaint]) -> bool:
    return bool(found) and all(one.type in REFUSED for one in found)


def lost(what: str, complaint: Complaint) -> Missing:
    """`what` is not known because of `complaint`."""
    return Missing(what, "permission" if complaint.type in REFUSED else "error")
