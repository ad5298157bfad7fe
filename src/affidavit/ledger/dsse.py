"""Signed statements on their own: the envelope of DSSE 1.0 (Dead Simple Signing Envelope).

What is signed is not the JSON but `pae`, the type and the bytes of the payload with their lengths
before them. Signatures here are Ed25519, and the id of a key is ``name+id`` as C2SP signed-note
writes it: a hint which key to try, and no proof of anything.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from affidavit.base.errors import FormatError
from affidavit.ledger.algorithm import ED25519
from affidavit.ledger.encoding import from_base64, to_base64
from affidavit.ledger.note import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from affidavit.ledger.key import SigningKey, VerifierKey

    Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | bool | None"
    """What JSON without fractions holds."""

IN_TOTO = "application/vnd.in-toto+json"
"""The payload type of an in-toto Statement."""
MEDIA_TYPE = "application/vnd.dsse.envelope.v1+json"
"""What an envelope is that is kept as a file."""
LARGEST_ENVELOPE = 1 << 20
"""Bytes of an envelope that are read."""
MOST_SIGNATURES = 100
"""Signatures of an envelope that are read."""
LONGEST_KEY_ID = 1_024
"""Characters of a key's id, and of a payload type."""

_URL_SAFE = str.maketrans("-_", "+/")
_NAMES = {"payload", "payloadType", "signatures"}


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature, and the id of the key that it says to be by; empty where it says nothing."""

    keyid: str
    signature: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload with its type and the signatures over both, none of them checked."""

    payload_type: str
    payload: bytes
    signatures: tuple[Signed, ...]

    def pae(self) -> bytes:
        """What each signature is over."""
        return pae(self.payload_type, self.payload)

    def digest(self) -> str:
        """``sha256:`` and the digest of `pae`: of what is said, whoever signed it."""
        return "sha256:" + hashlib.sha256(self.pae()).hexdigest()

    def shown(self) -> dict[str, Json]:
        """The envelope as JSON has it."""
        return {
            "payload": to_base64(self.payload),
            "payloadType": self.payload_type,
            "signatures": [
                {"keyid": one.keyid, "sig": to_base64(one.signature)} for one in self.signatures
            ],
        }

    def encode(self) -> bytes:
        """The envelope in canonical JSON (RFC 8785), on one line without its end."""
        return written(self.shown())


def pae(payload_type: str, payload: bytes) -> bytes:
    """The pre-authentication encoding, version 1 (DSSE protocol, "Signature Definition")."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def signed_envelope(
    payload: bytes, signers: Sequence[SigningKey], *, payload_type: str = IN_TOTO
) -> Envelope:
    """`payload` under a signature of each of `signers`, which are Ed25519 keys.

    Raises:
        ValueError: There is no signer, or one has a key of another type.
    """
    if not signers or any(one.key.algorithm != ED25519 for one in signers):
        raise ValueError("an envelope is signed by Ed25519 keys of type 0x01, one at least")
    message = pae(payload_type, payload)
    signatures = (Signed(str(one.key), one.sign(message)) for one in signers)
    return Envelope(payload_type, payload, tuple(signatures))


def check(envelope: Envelope, key: VerifierKey) -> Outcome:
    """Whether `key`, an Ed25519 key, signed `envelope`.

    Every signature under the key's id must verify: one that does not makes the outcome `BAD`. A
    signature that names no key is tried, and held against nobody.
    """
    named = [one for one in envelope.signatures if one.keyid == str(key)]
    nameless = [one for one in envelope.signatures if not one.keyid]
    if key.algorithm != ED25519:
        return Outcome.UNSUPPORTED if named else Outcome.ABSENT
    message = envelope.pae()
    if not all(key.verifies(one.signature, message) for one in named):
        return Outcome.BAD
    if named or any(key.verifies(one.signature, message) for one in nameless):
        return Outcome.GOOD
    return Outcome.ABSENT


def parse_envelope(data: bytes, *, place: str = "envelope") -> Envelope:
    """The envelope that the JSON in `data` writes. No signature is checked.

    Raises:
        FormatError: It is larger than `LARGEST_ENVELOPE`, or no envelope; the message begins with
            `place`.
    """
    return envelope_of(parsed(data, place, largest=LARGEST_ENVELOPE), place)


def envelope_of(value: Json, place: str) -> Envelope:
    """The envelope that `value` shows, with all of its fields and no other.

    Raises:
        FormatError: It is none; the message begins with `place`.
    """
    found = fields(value, _NAMES, place)
    signatures = found["signatures"]
    if not isinstance(signatures, list) or not 1 <= len(signatures) <= MOST_SIGNATURES:
        raise FormatError(f"{place}: signatures is not a list of 1 to {MOST_SIGNATURES}")
    return Envelope(
        text(found["payloadType"], f"{place}: payloadType"),
        _decoded(found["payload"], f"{place}: payload"),
        tuple(
            _signed(one, f"{place}: signature {number}") for number, one in enumerate(signatures, 1)
        ),
    )


def _signed(value: Json, place: str) -> Signed:
    if isinstance(value, dict) and "keyid" not in value:
        value = {**value, "keyid": ""}
    found = fields(value, {"keyid", "sig"}, place)
    keyid = found["keyid"]
    return Signed(
        keyid if keyid == "" else text(keyid, f"{place}: keyid"),
        _decoded(found["sig"], f"{place}: sig"),
    )


def _decoded(value: Json, place: str) -> bytes:
    """The bytes of base64 in either of its two alphabets, which DSSE asks a reader to take."""
    if not isinstance(value, str):
        raise FormatError(f"{place} is not text")
    if "-" in value or "_" in value:
        if "+" in value or "/" in value:
            raise FormatError(f"{place} mixes the two alphabets of base64")
        value = value.translate(_URL_SAFE)
    return from_base64(value, place)


def fields(value: Json, names: set[str], place: str) -> dict[str, Json]:
    """The fields of an object that has just these.

    Raises:
        FormatError: It is no object, lacks one or has another.
    """
    if not isinstance(value, dict) or set(value) != names:
        raise FormatError(f"{place} is not an object with the fields {', '.join(sorted(names))}")
    return value


def text(value: Json, place: str, *, longest: int = LONGEST_KEY_ID) -> str:
    """A text of 1 to `longest` characters.

    Raises:
        FormatError: It is none.
    """
    if not isinstance(value, str) or not 1 <= len(value) <= longest:
        raise FormatError(f"{place} is not text of 1 to {longest} characters")
    return value


def written(value: Json) -> bytes:
    """`value`, whose keys are ASCII, in canonical JSON (RFC 8785)."""
    shown = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return shown.encode()


def parsed(data: bytes, place: str, *, largest: int) -> Json:
    """The value of JSON that a stranger wrote: no fraction, no key twice, text that is Unicode.

    Raises:
        FormatError: `data` is something else, or has more than `largest` bytes.
    """
    if len(data) > largest:
        raise FormatError(f"{place} has more than {largest} bytes")
    try:
        value: Json = json.loads(
            data.decode(), object_pairs_hook=_once, parse_float=_refused, parse_constant=_refused
        )
        if b"\\u" in data:
            # An escape can write half of a surrogate pair, which is no text.
            written(value)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{place} is not JSON in UTF-8 with each key once") from error
    return value


def _refused(_: str) -> NoReturn:
    raise ValueError("a number with a fraction, or none")


def _once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found
