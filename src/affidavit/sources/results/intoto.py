"""in-toto statements as builders, forges and source tools leave them.

A statement stands bare, in a DSSE envelope, or in an envelope inside a Sigstore bundle; a file has
one, or one a line. gittuf spells the fields as protobuf does (``predicate_type``). No signature is
checked here: what is read is what somebody says, and how many signatures it brought.
"""

from __future__ import annotations

import base64
import binascii
import io
import json
import re
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeVar

import msgspec

from affidavit.base.digest import sha256
from affidavit.base.text import shortened

if TYPE_CHECKING:
    from affidavit.sources.results.reading import Source

LARGEST_ATTESTATIONS = 16 << 20
"""Bytes of a file of statements."""
MOST_STATEMENTS = 1_000
"""Statements of a file."""
MOST_SUBJECTS = 10_000
"""Subjects of a statement."""
STATEMENTS = frozenset(
    f"https://in-toto.io/Statement/{version}" for version in ("v0.1", "v0.2", "v1", "v1.0")
)
_PAYLOADS = frozenset(("application/vnd.in-toto+json", "application/vnd.gittuf+json"))
_SIGSTORE = re.compile(r"application/vnd\.dev\.sigstore\.bundle.{1,40}")
_ALGORITHM = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")
_DIGEST = re.compile(r"[0-9a-f]{7,128}")
_Form = TypeVar("_Form")
_URL_SAFE = str.maketrans("-_", "+/")
_LONGEST_TOLD = 160


class Thing(NamedTuple):
    """What a statement is about or names: where it is from, and its digests by their algorithm."""

    uri: str
    digests: tuple[tuple[str, str], ...]


class Statement(NamedTuple):
    """A statement as somebody made it.

    `digest` is that of the bytes of the statement, `line` where it stands in its file. `form` is
    how it was wrapped; a bare one has no signature.
    """

    line: int
    form: Literal["statement", "dsse", "bundle"]
    signatures: int
    digest: str
    subjects: tuple[Thing, ...]
    predicate_type: str
    predicate: dict[str, object]


class Statements(NamedTuple):
    """The statements of a file; `unread` are the lines of a file of several that hold none."""

    read: tuple[Statement, ...]
    unread: tuple[tuple[int, str], ...]


class _Subject(msgspec.Struct, frozen=True):
    digest: dict[str, str] = {}
    uri: str = ""


class _Statement(msgspec.Struct, frozen=True):
    predicate: dict[str, object]
    subject: tuple[_Subject, ...] = ()
    kind: str | None = msgspec.field(default=None, name="_type")
    snake_kind: str | None = msgspec.field(default=None, name="type")
    camel: str | None = msgspec.field(default=None, name="predicateType")
    snake: str | None = msgspec.field(default=None, name="predicate_type")


class _Envelope(msgspec.Struct, frozen=True):
    payload: str
    payload_type: str = msgspec.field(name="payloadType")
    signatures: tuple[dict[str, object], ...] = ()


class _WrongError(Exception):
    """Why something is no statement."""


def read_statements(source: Source) -> Statements:
    """The statements of `source`: one JSON value, or one a line.

    Raises:
        InputError: It holds none, or too much; the message names file and line.
    """
    try:
        return Statements((_statement(source.data, 1),), ())
    except _WrongError as error:
        first, _, rest = source.data.lstrip().partition(b"\n")
        if not rest.strip() or not _is_json(first):
            raise source.broken(_line(error), str(error)) from error
    return _of_lines(source)


def _of_lines(source: Source) -> Statements:
    read, unread = list[Statement](), list[tuple[int, str]]()
    for number, line in enumerate(io.BytesIO(source.data), 1):
        if not line.strip():
            continue
        if len(read) + len(unread) == MOST_STATEMENTS:
            raise source.broken(number, f"more than {MOST_STATEMENTS:,} statements")
        try:
            read.append(_statement(line, number))
        except _WrongError as error:
            unread.append((number, str(error)))
    if not read:
        raise source.broken(*unread[0])
    return Statements(tuple(read), tuple(unread))


def _is_json(line: bytes) -> bool:
    """Whether a line is a JSON object by itself, as in a file of several."""
    try:
        return isinstance(_json(line), dict)
    except _WrongError:
        return False


def _line(error: _WrongError) -> int:
    """The line that is wrong in a file of one value, where JSON says so."""
    cause = error.__cause__
    return cause.lineno if isinstance(cause, json.JSONDecodeError) else 1


def _json(data: bytes) -> object:
    try:
        value: object = json.loads(data, object_pairs_hook=_once)
        if b"\\u" in data:
            # An escape can write half of a surrogate pair, which is no text.
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise _WrongError(f"not JSON: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise _WrongError("not JSON in UTF-8 with each key once") from error
    return value


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _statement(data: bytes, line: int) -> Statement:
    """The statement that a JSON value is or wraps."""
    value = _json(data)
    if not isinstance(value, dict):
        raise _WrongError("no statement: not an object")
    if _SIGSTORE.fullmatch(str(value.get("mediaType"))):
        inner = value.get("dsseEnvelope")
        if not isinstance(inner, dict):
            raise _WrongError("the bundle holds no statement")
        return _of_envelope(inner, line, "bundle")
    if "payloadType" in value:
        return _of_envelope(value, line, "dsse")
    digest = sha256(data.strip())
    return _of_statement(value, Statement(line, "statement", 0, digest, (), "", {}))


def _of_envelope(value: dict[str, object], line: int, form: Literal["dsse", "bundle"]) -> Statement:
    envelope = _converted(value, _Envelope)
    if envelope.payload_type not in _PAYLOADS:
        raise _WrongError(f"the payload is {envelope.payload_type[:80]!a}, no statement")
    try:
        payload = base64.b64decode(envelope.payload.translate(_URL_SAFE), validate=True)
    except (binascii.Error, ValueError) as error:
        raise _WrongError("the payload is not base64") from error
    inner = _json(payload)
    if not isinstance(inner, dict):
        raise _WrongError("the payload is no statement: not an object")
    about = Statement(line, form, len(envelope.signatures), sha256(payload), (), "", {})
    return _of_statement(inner, about)


def _of_statement(value: dict[str, object], about: Statement) -> Statement:
    found = _converted(value, _Statement)
    kind = _one(found.kind, found.snake_kind, "_type")
    if kind not in STATEMENTS:
        raise _WrongError(f"the type {kind[:80]!a} is no in-toto statement's")
    if len(found.subject) > MOST_SUBJECTS:
        raise _WrongError(f"more than {MOST_SUBJECTS:,} subjects")
    return about._replace(
        subjects=tuple(Thing(one.uri, digests(one.digest)) for one in found.subject),
        predicate_type=_one(found.camel, found.snake, "predicateType"),
        predicate=found.predicate,
    )


def _one(camel: str | None, snake: str | None, name: str) -> str:
    """A field in either spelling, not in two that differ."""
    if camel is not None and snake is not None and camel != snake:
        raise _WrongError(f"{name} stands twice, and differs")
    found = snake if camel is None else camel
    if not found:
        raise _WrongError(f"{name} is missing")
    return found


def digests(found: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """The digests of a set that have the form of one, by their algorithm."""
    return tuple(
        (name, value)
        for name, value in sorted(found.items())
        if _ALGORITHM.fullmatch(name) and _DIGEST.fullmatch(value)
    )


def _converted(value: object, kind: type[_Form]) -> _Form:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise _WrongError(shortened(f"no statement: {error}", _LONGEST_TOLD)) from error
