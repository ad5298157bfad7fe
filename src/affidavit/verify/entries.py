"""Entries held against their format (docs/formats/entry.md), one at a time and with no short cut.

An entry is canonical JSON (RFC 8785) without floats, with integers of at most 53 bits and names in
ASCII. Fields and kinds that are not known are left alone.
"""

from __future__ import annotations

import json
import re
from typing import NamedTuple, TypeAlias

from affidavit.ledger.tile import LARGEST_ENTRY

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | bool | None"

VERSION = 1
LARGEST_INTEGER = 2**53 - 1
"""The largest integer that every reader of JSON takes exactly."""
KIND = re.compile(r"[a-z][a-z0-9-]*(?:\.[a-z][a-z0-9-]*)+\.v[1-9][0-9]{0,3}")
TIME = re.compile(
    r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{6}Z"
)
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_LEAF = re.compile(r"rfc6962:[0-9a-f]{64}")
LONGEST = {"actor": 256, "id": 128, "stream": 256, "tenant": 128}
"""Characters."""
DEEPEST = 64
"""Lists and objects inside each other."""
_BY = {"channel": 128, "credential": 256}
_LONGEST_INTEGER = 17
"""Digits and sign beyond which an integer is too large for certain."""


class EntryFault(Exception):  # noqa: N818 -- it never leaves this room
    """What is wrong with an entry, in one sentence."""


class BlobName(NamedTuple):
    """A blob that an entry names: 64 hex digits, and its size in bytes."""

    digest: str
    size: int


class Envelope(NamedTuple):
    """What ties an entry to others. `previous` is 64 hex digits, or empty at sequence 0.

    `recorded_by` is that field as JSON.
    """

    kind: str
    stream: str
    sequence: int
    previous: str
    blobs: tuple[BlobName, ...]
    body: dict[str, Json]
    recorded_by: str


def envelope(entry: bytes) -> Envelope:
    """The envelope of the entry with these bytes.

    Raises:
        EntryFault: The bytes are no entry.
    """
    fields = _object(entry)
    _check_texts(fields)
    _check_recorded_by(fields.get("recorded_by"))
    _check_subject(fields.get("subject"))
    body, stream, kind = fields.get("body"), fields["stream"], fields["kind"]
    if not isinstance(body, dict) or not isinstance(stream, str) or not isinstance(kind, str):
        raise EntryFault("body is not an object")
    sequence, previous = _link(fields)
    by = _ENCODER.encode(fields["recorded_by"])
    return Envelope(kind, stream, sequence, previous, _blobs(fields), body, by)


def _object(entry: bytes) -> dict[str, Json]:
    """The entry as a JSON object in canonical form."""
    if len(entry) > LARGEST_ENTRY:
        raise EntryFault(f"it has {len(entry)} bytes, at most {LARGEST_ENTRY} are possible")
    try:
        text = entry.decode()
        value: Json = _DECODER.decode(text)
        canonical = _ENCODER.encode(value)
    except (ValueError, RecursionError) as error:
        raise EntryFault(f"it is no JSON of the profile: {error}") from error
    if canonical != text:
        raise EntryFault("its JSON is not in canonical form")
    if not isinstance(value, dict):
        raise EntryFault("it is not an object")
    if text.count("[") + text.count("{") > DEEPEST and _is_deeper(value, DEEPEST):
        raise EntryFault(f"it has more than {DEEPEST} lists and objects inside each other")
    if not _is(value.get("version"), VERSION):
        raise EntryFault(f"its version is not {VERSION}")
    return value


def _is_deeper(value: Json, most: int) -> bool:
    """Whether more than `most` lists and objects are inside each other."""
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return most == 0 or any(_is_deeper(each, most - 1) for each in inner)


def blobs_of(text: str) -> tuple[BlobName, ...]:
    """The blobs that `text`, the JSON of the field ``blobs``, names.

    Raises:
        EntryFault: It is no such field.
    """
    return _blobs({"blobs": _DECODER.decode(text)})


def _is(value: Json, number: int) -> bool:
    """Whether `value` is that integer: to Python, ``True`` equals 1."""
    return type(value) is int and value == number


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    if not all(map(str.isascii, found)):
        raise ValueError("a name is not ASCII")
    return found


def _integer(digits: str) -> int:
    if len(digits) > _LONGEST_INTEGER or not abs(number := int(digits)) <= LARGEST_INTEGER:
        raise ValueError("an integer is larger than 53 bits")
    return number


def _refuse(number: str) -> Json:
    raise ValueError(f"{number[:40]} is not an integer")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_float=_refuse, parse_int=_integer, parse_constant=_refuse
)
_ENCODER = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False
)


def _check_texts(fields: dict[str, Json]) -> None:
    for name, longest in LONGEST.items():
        value = fields.get(name)
        if not isinstance(value, str) or not 1 <= len(value) <= longest:
            raise EntryFault(f"{name} is not a text of 1 to {longest} characters")
    for name, pattern in (("kind", KIND), ("time", TIME)):
        value = fields.get(name)
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise EntryFault(f"{name} does not have its form")


def _check_recorded_by(value: Json) -> None:
    if not isinstance(value, dict):
        raise EntryFault("recorded_by is not an object")
    for name, longest in _BY.items():
        text = value.get(name)
        if not isinstance(text, str) or not 1 <= len(text) <= longest:
            raise EntryFault(f"recorded_by.{name} is not a text of 1 to {longest} characters")


def _check_subject(value: Json) -> None:
    if value is None:
        return
    if not isinstance(value, dict):
        raise EntryFault("subject is not an object")
    texts = [value[name] for name in ("commit", "tree") if name in value]
    digests = value.get("digests", [])
    if not isinstance(digests, list) or not all(isinstance(each, str) for each in texts + digests):
        raise EntryFault("subject has a field that is no text, or digests that are no list of them")


def _link(fields: dict[str, Json]) -> tuple[int, str]:
    """The number in the stream, and the digest of the stream's entry before."""
    sequence, previous = fields.get("sequence"), fields.get("previous")
    if type(sequence) is not int or sequence < 0:
        raise EntryFault("sequence is not an integer from 0")
    if "previous" not in fields:
        previous = ""
    elif not isinstance(previous, str) or not _LEAF.fullmatch(previous):
        raise EntryFault("previous is not rfc6962: and 64 hex digits")
    if (sequence == 0) != (previous == ""):
        raise EntryFault("previous must be absent at sequence 0, and nowhere else")
    return sequence, previous.removeprefix("rfc6962:")


def _blobs(fields: dict[str, Json]) -> tuple[BlobName, ...]:
    listed = fields.get("blobs", [])
    if not isinstance(listed, list):
        raise EntryFault("blobs is not a list")
    return tuple(map(_blob, listed))


def _blob(value: Json) -> BlobName:
    found = value if isinstance(value, dict) else {}
    digest, size = found.get("digest"), found.get("size")
    if not isinstance(digest, str) or not DIGEST.fullmatch(digest):
        raise EntryFault("a blob's digest is not sha256: and 64 hex digits")
    if type(size) is not int or size < 0 or not isinstance(found.get("media_type"), str):
        raise EntryFault("a blob's size or media_type does not have its form")
    return BlobName(digest.removeprefix("sha256:"), size)
