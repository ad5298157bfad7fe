"""Salted commitments: what a fact says in the place of a name, a title or a prompt.

A commitment binds whoever made it to one value of one field and tells nothing about the value to
somebody without the salt. An opening is the value with its salt, in a file of its own; with it
anybody can recompute the commitment. The bytes are defined in docs/formats/commitments.md.
"""

from __future__ import annotations

import dataclasses
import hmac
import json
import re

from affidavit.base.errors import FormatError

DOMAIN = b"affidavit/commitment@1"
"""What every message that is committed to begins with."""
FORMAT = "affidavit/opening@1"
"""The name of the file format of an opening."""
SALT_SIZE = 32
"""Bytes of a salt."""
LARGEST_VALUE = 1 << 20
"""Bytes of a value in UTF-8."""
LARGEST_OPENING = 8 << 20
"""Bytes of an opening as a file: JSON may write one byte as six characters."""

_PREFIX = "hmac-sha256:"
_COMMITMENT = re.compile(_PREFIX + r"[0-9a-f]{64}")
_FIELD = re.compile(r"[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*")
_LONGEST_FIELD = 64
_SALT = re.compile(r"[0-9a-f]{64}")
_NAMES = {"field", "format", "salt", "value"}


def commitment(name: str, value: str, *, salt: bytes) -> str:
    """The commitment to `value` as the field `name`: ``hmac-sha256:`` and 64 hex digits.

    `salt` is 32 random bytes that are used for nothing else. No value is changed first: another
    case, another form of an accent or another end of a line is another value.

    Raises:
        FormatError: The name is not a field's, the value is longer than 1 MiB or not Unicode text,
            or the salt has another length.
    """
    data = checked_field(name).encode()
    checked_salt(salt)
    message = b"".join((DOMAIN, len(data).to_bytes(4, "big"), data, value_bytes(value)))
    return _PREFIX + hmac.digest(salt, message, "sha256").hex()


def checked_field(name: str) -> str:
    """`name`, when it can be a field's: lower-case words joined by ``.``, ``_`` or ``-``, ASCII.

    Raises:
        FormatError: It is empty, longer than 64 characters, or has another form.
    """
    if len(name) > _LONGEST_FIELD or not _FIELD.fullmatch(name):
        raise FormatError(f"{name[:_LONGEST_FIELD]!r} is no name of a field")
    return name


def checked_salt(salt: bytes) -> bytes:
    """`salt`, when it has 32 bytes.

    Raises:
        FormatError: It has another length.
    """
    if len(salt) != SALT_SIZE:
        raise FormatError(f"a salt has {SALT_SIZE} bytes, not {len(salt)}")
    return salt


def value_bytes(value: str) -> bytes:
    """`value` in UTF-8, at most 1 MiB.

    Raises:
        FormatError: It is longer, or holds half of a surrogate pair, which UTF-8 cannot write.
    """
    try:
        data = value.encode()
    except UnicodeEncodeError as error:
        raise FormatError("a value holds half of a surrogate pair, so it is no text") from error
    if len(data) > LARGEST_VALUE:
        raise FormatError(f"a value has at most {LARGEST_VALUE} bytes, not {len(data)}")
    return data


def digest_of(text: str, *, place: str = "commitment") -> bytes:
    """The 32 bytes of the commitment that `text` writes.

    Raises:
        FormatError: `text` is no commitment; the message names `place`.
    """
    if not _COMMITMENT.fullmatch(text):
        raise FormatError(f"{place}: expected {_PREFIX} and 64 lower-case hex digits")
    return bytes.fromhex(text[len(_PREFIX) :])


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A value with its field and the 32 bytes of salt that a commitment to it was made with."""

    field: str
    value: str
    salt: bytes = dataclasses.field(repr=False)

    def __post_init__(self) -> None:
        checked_field(self.field)
        checked_salt(self.salt)
        value_bytes(self.value)

    def commitment(self) -> str:
        """The commitment that this opens."""
        return commitment(self.field, self.value, salt=self.salt)

    def encode(self) -> bytes:
        """The opening as a file: canonical JSON (RFC 8785) on one line, with a line feed."""
        shown = {
            "field": self.field,
            "format": FORMAT,
            "salt": self.salt.hex(),
            "value": self.value,
        }
        text = json.dumps(shown, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return text.encode() + b"\n"


def parse_opening(data: bytes, *, place: str = "opening") -> Opening:
    """The opening in the bytes of a file; spaces and the order of its fields do not matter.

    Raises:
        FormatError: It is longer than 8 MiB, is not JSON in UTF-8, lacks a field, has one twice or
            one that is not known, or a field has another form; the message names `place`.
    """
    if len(data) > LARGEST_OPENING:
        raise FormatError(f"{place}: an opening has at most {LARGEST_OPENING} bytes")
    found = _fields(data, place)
    if set(found) != _NAMES:
        raise FormatError(f"{place}: an opening has the fields {', '.join(sorted(_NAMES))}, alone")
    if found["format"] != FORMAT:
        raise FormatError(f"{place}: the field format is not {FORMAT}")
    if not _SALT.fullmatch(found["salt"]):
        raise FormatError(f"{place}: the field salt is not 64 lower-case hex digits")
    salt = bytes.fromhex(found["salt"])
    try:
        return Opening(field=found["field"], value=found["value"], salt=salt)
    except FormatError as error:
        raise FormatError(f"{place}: {error.message}") from error


def _fields(data: bytes, place: str) -> dict[str, str]:
    try:
        found: object = json.loads(data.decode(), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{place}: this is not JSON in UTF-8 with each field once") from error
    if not isinstance(found, dict):
        raise FormatError(f"{place}: an opening is a JSON object")
    strings = {name: value for name, value in found.items() if isinstance(value, str)}
    if len(strings) != len(found):
        raise FormatError(f"{place}: every field of an opening is a string")
    return strings


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a field stands twice")
    return found
