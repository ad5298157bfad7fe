"""Statements of in-toto as builders, forges and source tools leave them: one JSON value each.

A statement stands bare, in a DSSE envelope, or in an envelope inside a Sigstore bundle. gittuf
spells the fields as protobuf does (``predicate_type``). No signature is checked here: what is read
is what somebody says, and how many signatures it brought. `statement` reads our own, strictly.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeVar

import msgspec

from affidavit.base.digest import sha256
from affidavit.base.errors import FormatError
from affidavit.base.text import shortened

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_SUBJECTS = 10_000
"""Subjects of a statement."""
MOST_SIGNERS = 100
"""Ids of keys of a statement that are kept."""
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
    """What a statement is about or names: where it is from, and its digests by their algorithm.

    `annotations` is what else it says of a subject.
    """

    uri: str
    digests: tuple[tuple[str, str], ...]
    annotations: Mapping[str, object] = MappingProxyType({})


class Statement(NamedTuple):
    """A statement as somebody made it.

    `digest` is that of the bytes of the statement, `line` where it stands in its file. `form` is
    how it was wrapped; a bare one has no signature. `signers` are the ids of keys that its
    signatures name, and prove nothing.
    """

    line: int
    form: Literal["statement", "dsse", "bundle"]
    signatures: int
    digest: str
    subjects: tuple[Thing, ...]
    predicate_type: str
    predicate: dict[str, object]
    signers: tuple[str, ...] = ()


class _Subject(msgspec.Struct, frozen=True):
    digest: dict[str, str] = {}
    uri: str = ""
    annotations: dict[str, object] | None = None


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


def json_of(data: bytes) -> object:
    """The value of JSON that a stranger wrote, in UTF-8 with each key once.

    Raises:
        FormatError: It is something else.
    """
    try:
        value: object = json.loads(data, object_pairs_hook=_once)
        if b"\\u" in data:
            # An escape can write half of a surrogate pair, which is no text.
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise FormatError(f"not JSON: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise FormatError("not JSON in UTF-8 with each key once") from error
    return value


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def attested(data: bytes, line: int = 1) -> Statement:
    """The statement that a JSON value is or wraps; `line` is where it stands in its file.

    Raises:
        FormatError: There is none; the message says why.
    """
    value = json_of(data)
    if not isinstance(value, dict):
        raise FormatError("no statement: not an object")
    if _SIGSTORE.fullmatch(str(value.get("mediaType"))):
        inner = value.get("dsseEnvelope")
        if not isinstance(inner, dict):
            raise FormatError("the bundle holds no statement")
        return _of_envelope(inner, line, "bundle")
    if "payloadType" in value:
        return _of_envelope(value, line, "dsse")
    digest = sha256(data.strip())
    return _of_statement(value, Statement(line, "statement", 0, digest, (), "", {}))


def _of_envelope(value: dict[str, object], line: int, form: Literal["dsse", "bundle"]) -> Statement:
    envelope = _converted(value, _Envelope)
    if envelope.payload_type not in _PAYLOADS:
        raise FormatError(f"the payload is {envelope.payload_type[:80]!a}, no statement")
    try:
        payload = base64.b64decode(envelope.payload.translate(_URL_SAFE), validate=True)
    except (binascii.Error, ValueError) as error:
        raise FormatError("the payload is not base64") from error
    inner = json_of(payload)
    if not isinstance(inner, dict):
        raise FormatError("the payload is no statement: not an object")
    signers = (one.get("keyid") for one in envelope.signatures[:MOST_SIGNERS])
    about = Statement(line, form, len(envelope.signatures), sha256(payload), (), "", {})
    told = tuple(one for one in signers if isinstance(one, str) and one)
    return _of_statement(inner, about._replace(signers=told))


def _of_statement(value: dict[str, object], about: Statement) -> Statement:
    found = _converted(value, _Statement)
    kind = _one(found.kind, found.snake_kind, "_type")
    if kind not in STATEMENTS:
        raise FormatError(f"the type {kind[:80]!a} is no in-toto statement's")
    if len(found.subject) > MOST_SUBJECTS:
        raise FormatError(f"more than {MOST_SUBJECTS:,} subjects")
    return about._replace(
        subjects=tuple(
            Thing(one.uri, digests(one.digest), one.annotations or {}) for one in found.subject
        ),
        predicate_type=_one(found.camel, found.snake, "predicateType"),
        predicate=found.predicate,
    )


def _one(camel: str | None, snake: str | None, name: str) -> str:
    """A field in either spelling, not in two that differ."""
    if camel is not None and snake is not None and camel != snake:
        raise FormatError(f"{name} stands twice, and differs")
    found = snake if camel is None else camel
    if not found:
        raise FormatError(f"{name} is missing")
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
        raise FormatError(shortened(f"no statement: {error}", _LONGEST_TOLD)) from error
