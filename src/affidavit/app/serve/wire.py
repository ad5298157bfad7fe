"""What is said over the socket: frames of MessagePack, as docs/formats/append-socket.md has it.

A frame is the length of its payload in four bytes, the most significant first, and the payload.
The sequencer greets; the client sends requests, and gets an answer to each in their order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from affidavit.app.ledger.keeper import Receipt
from affidavit.app.ledger.lines import MOST_LINES
from affidavit.base.errors import AffidavitError, EntryError, FormatError, StoreError
from affidavit.ledger.entry import LARGEST_ENTRY, Fact

PROTOCOL = 1
"""Raised when a client of before would misunderstand what is sent."""
LARGEST_FRAME = 320 << 20
"""Bytes of a payload: room for the largest blob and the facts that name it."""
LARGEST_FACT = 2 * LARGEST_ENTRY
"""Bytes of a fact: as JSON it becomes an entry, and is hardly shorter there."""
MOST_OF_FACTS = 64 << 20
"""Bytes of all facts of a request: while they are taken in, others wait."""
HEAD = 4
"""Bytes before a payload."""

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Greeting(msgspec.Struct, frozen=True, kw_only=True):
    """What the sequencer says first: the version of all that follows, and whose log it keeps."""

    protocol: int
    origin: str


class Request(msgspec.Struct, frozen=True, array_like=True):
    """Facts to record, all or none, and the content of blobs that they name.

    `number` is the client's own and comes back with the answer. Each fact is read when its turn
    comes: what a stranger nests takes far more memory than it has bytes.
    """

    number: int
    facts: Annotated[tuple[msgspec.Raw, ...], msgspec.Meta(max_length=MOST_LINES)]
    blobs: tuple[bytes, ...] = ()


class Recorded(msgspec.Struct, frozen=True, array_like=True, tag="recorded"):
    """All of it is durable, and under the signed `checkpoint`."""

    number: int
    receipts: tuple[Receipt, ...]
    checkpoint: str


class Refused(msgspec.Struct, frozen=True, array_like=True, tag="refused"):
    """Nothing of it was recorded: the error, as docs/errors/ has it.

    The number is -1 where the request could not be told apart from noise; nothing follows it.
    """

    number: int
    code: str
    message: str
    hint: str


class _Outline(msgspec.Struct, frozen=True, array_like=True):
    number: int
    facts: msgspec.Raw
    blobs: msgspec.Raw = msgspec.Raw()


_SEVERAL = "append them in several batches"
_encoder = msgspec.msgpack.Encoder()
_requests = msgspec.msgpack.Decoder(Request)
_facts = msgspec.msgpack.Decoder(Fact)
_greetings = msgspec.msgpack.Decoder(Greeting)
_answers: msgspec.msgpack.Decoder[Recorded | Refused] = msgspec.msgpack.Decoder(Recorded | Refused)
_UNFIT = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_outlines = msgspec.msgpack.Decoder(_Outline)


def frame(message: msgspec.Struct) -> bytes:
    """`message` as it is sent.

    Raises:
        EntryError: It is too large.
    """
    payload = _encoder.encode(message)
    if len(payload) > LARGEST_FRAME:
        raise EntryError(
            f"{len(payload):,} bytes at once, at most {LARGEST_FRAME:,} can be sent", hint=_SEVERAL
        )
    return len(payload).to_bytes(HEAD) + payload


def request(number: int, facts: Iterable[Fact], blobs: Iterable[bytes] = ()) -> Request:
    """What asks to record `facts`.

    Raises:
        EntryError: They are too large to be sent at once, or one cannot be recorded.
    """
    raw = tuple(_raw(fact, line) for line, fact in enumerate(facts, 1))
    if sum(map(len, raw)) > MOST_OF_FACTS or len(raw) > MOST_LINES:
        raise EntryError(
            f"{len(raw):,} facts in more than {MOST_OF_FACTS:,} bytes at once", hint=_SEVERAL
        )
    return Request(number, raw, tuple(blobs))


def _raw(fact: Fact, line: int) -> msgspec.Raw:
    try:
        return msgspec.Raw(_encoder.encode(fact))
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise EntryError(f"line {line}: {error}") from error


def facts_of(request: Request) -> Iterator[Fact]:
    """The facts of `request`, each read when it is asked for.

    Raises:
        EntryError: They are too many, or one is no fact.
    """
    if sum(map(len, request.facts)) > MOST_OF_FACTS:
        raise EntryError(f"more than {MOST_OF_FACTS:,} bytes of facts at once", hint=_SEVERAL)
    return map(_fact, request.facts)


def _fact(raw: msgspec.Raw) -> Fact:
    if len(raw) > LARGEST_FACT:
        raise EntryError(f"a fact of {len(raw):,} bytes: its entry would be too large")
    try:
        return _facts.decode(raw)
    except _UNFIT as error:
        raise EntryError(str(error).replace(" - at `$", " - at `")) from error


def request_of(payload: bytes) -> Request | Refused:
    """The request that a stranger sent, or why it is none.

    Raises:
        FormatError: It has not even a number: whoever sent it speaks of something else.
    """
    try:
        return _requests.decode(payload)
    except _UNFIT as error:
        return refused(_number(payload), EntryError(f"the request cannot be read: {error}"))


def _number(payload: bytes) -> int:
    try:
        return _outlines.decode(payload).number
    except _UNFIT as error:
        raise FormatError(f"no request: {error}") from error


def greeting_of(payload: bytes) -> Greeting:
    """What the sequencer says first.

    Raises:
        FormatError: It says something else.
    """
    try:
        return _greetings.decode(payload)
    except _UNFIT as error:
        raise FormatError(f"no greeting of a sequencer: {error}") from error


def answer_of(payload: bytes) -> Recorded | Refused:
    """What the sequencer answers.

    Raises:
        FormatError: It is no answer.
    """
    try:
        return _answers.decode(payload)
    except _UNFIT as error:
        raise FormatError(f"no answer of a sequencer: {error}") from error


def refused(number: int, error: AffidavitError) -> Refused:
    """The answer that tells of `error`."""
    return Refused(number, error.code, error.message, error.hint)


def error_of(answer: Refused) -> AffidavitError:
    """The error that `answer` tells of: of the same class as where it was raised."""
    classes = {one.code: one for one in AffidavitError.__subclasses__()}
    return classes.get(answer.code, StoreError)(answer.message, hint=answer.hint)


class Frames:
    """Cuts what arrives into payloads."""

    def __init__(self) -> None:
        self._left = bytearray()
        self.wanted = 0
        """Bytes of the payload that has begun to arrive; 0 where none has, or not its length."""

    @property
    def held(self) -> int:
        """Bytes that have arrived of a frame that is not whole yet."""
        return len(self._left)

    def feed(self, data: bytes) -> list[bytes]:
        """The payloads that are whole with `data`, in order.

        Raises:
            FormatError: A payload would have more than `LARGEST_FRAME` bytes.
        """
        if not self._left and len(data) == HEAD + int.from_bytes(data[:HEAD]):
            return [data[HEAD:]]
        self._left += data
        found: list[bytes] = []
        start = 0
        while len(self._left) - start >= HEAD:
            self.wanted = int.from_bytes(self._left[start : start + HEAD])
            if self.wanted > LARGEST_FRAME:
                raise FormatError(f"a frame of {self.wanted:,} bytes, at most {LARGEST_FRAME:,}")
            end = start + HEAD + self.wanted
            if end > len(self._left):
                break
            found.append(bytes(self._left[start + HEAD : end]))
            start, self.wanted = end, 0
        del self._left[:start]
        return found
