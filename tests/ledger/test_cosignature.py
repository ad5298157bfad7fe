from __future__ import annotations

import struct
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
from hypothesis import given
from hypothesis import strategies as st
from log_builder import ORIGIN, a_checkpoint, a_key, a_note, a_witness

from affidavit.base.errors import FormatError
from affidavit.ledger import algorithm as algorithms
from affidavit.ledger.checkpoint import Checkpoint, parse_checkpoint
from affidavit.ledger.cosignature import check_any, check_cosignature, cosign
from affidavit.ledger.note import (
    COSIGNATURE,
    ED25519,
    ML_DSA_44,
    Note,
    Outcome,
    Signature,
    SigningKey,
    parse_note,
)

NAME = "witness.example/w1"
NOW = 1_679_315_147
TYPES = pytest.mark.parametrize("algorithm", [COSIGNATURE, ML_DSA_44])
SOFA_TEXT = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
SOFA = (
    f"{SOFA_TEXT}\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q"
    "1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2"
    "oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
).encode()


def a_cosigned(key: SigningKey, *times: int) -> Note:
    lines = tuple(cosign(a_checkpoint(), key, time) for time in times)
    return Note(a_checkpoint().text(), lines)


def with_signature(note: Note, signature: bytes) -> Note:
    return replace(note, signatures=(replace(note.signatures[0], signature=signature),))


def test_the_published_cosigned_checkpoint_is_read() -> None:
    witness = parse_note(SOFA).signatures[1]
    assert [witness.name, witness.key_id.hex(), len(witness.signature)] == [
        "witness.example.com/w1",
        "8d66cf3f",
        72,
    ]
    assert int.from_bytes(witness.signature[:8]) == NOW


def test_an_ed25519_cosignature_signs_the_published_message() -> None:
    key = a_witness(NAME)
    checkpoint = parse_checkpoint(parse_note(SOFA))
    signature = cosign(checkpoint, key, NOW).signature
    message = f"cosignature/v1\ntime 1679315147\n{SOFA_TEXT}".encode()
    Ed25519PublicKey.from_public_bytes(key.key.public).verify(signature[8:], message)
    assert signature[:8] == bytes.fromhex("00000000641850cb")


def test_an_ml_dsa_cosignature_signs_the_specified_structure() -> None:
    key = a_witness(NAME, algorithm=ML_DSA_44)
    checkpoint = a_checkpoint(9)
    signature = cosign(checkpoint, key, NOW).signature
    message = struct.pack(
        f">12sB{len(NAME)}sQB{len(ORIGIN)}sQQ32s",
        b"subtree/v1\n\0",
        len(NAME),
        NAME.encode(),
        NOW,
        len(ORIGIN),
        ORIGIN.encode(),
        0,
        9,
        checkpoint.root,
    )
    MLDSA44PublicKey.from_public_bytes(key.key.public).verify(signature[8:], message)
    assert len(signature) == 8 + 2420


@TYPES
@given(time=st.integers(1, 2**63 - 1), size=st.integers(0, 2**63 - 1))
def test_a_cosignature_is_good_and_tells_its_time(algorithm: int, time: int, size: int) -> None:
    key = a_witness(NAME, algorithm=algorithm)
    note = a_note(a_checkpoint(size), witnesses=[key], time=time)
    assert check_cosignature(parse_note(note.encode()), key.key) == (Outcome.GOOD, time)


@TYPES
def test_a_changed_checkpoint_makes_a_cosignature_bad(algorithm: int) -> None:
    key = a_witness(NAME, algorithm=algorithm)
    note = replace(a_cosigned(key, NOW), text=a_checkpoint(4).text())
    assert check_cosignature(note, key.key) == (Outcome.BAD, None)


@TYPES
def test_a_changed_time_makes_a_cosignature_bad(algorithm: int) -> None:
    key = a_witness(NAME, algorithm=algorithm)
    note = a_cosigned(key, NOW)
    later = (NOW + 1).to_bytes(8) + note.signatures[0].signature[8:]
    assert check_cosignature(with_signature(note, later), key.key) == (Outcome.BAD, None)


@TYPES
@pytest.mark.parametrize("length", [1, 7, 8, 71, 73, 2427, 2429])
def test_a_cosignature_of_the_wrong_length_is_bad(algorithm: int, length: int) -> None:
    key = a_witness(NAME, algorithm=algorithm)
    note = with_signature(a_cosigned(key, NOW), bytes(length))
    assert check_cosignature(note, key.key) == (Outcome.BAD, None)


def test_a_time_of_2_to_63_is_bad_though_signed() -> None:
    key = a_witness(NAME)
    time = 2**63
    message = f"cosignature/v1\ntime {time}\n{a_checkpoint().text()}".encode()
    line = Signature(key.name, key.key_id, time.to_bytes(8) + key.sign(message))
    note = Note(a_checkpoint().text(), (line,))
    assert check_cosignature(note, key.key) == (Outcome.BAD, None)


def test_a_plain_signature_by_a_witness_is_bad() -> None:
    key = a_witness(NAME)
    line = Signature(key.name, key.key_id, bytes(8) + key.sign(a_checkpoint().text().encode()))
    note = Note(a_checkpoint().text(), (line,))
    assert check_cosignature(note, key.key) == (Outcome.BAD, None)


def test_the_name_of_a_post_quantum_witness_is_signed() -> None:
    key, other = (
        SigningKey.from_secret(name, bytes(32), algorithm=ML_DSA_44) for name in ("w1", "w2")
    )
    note = a_cosigned(key, NOW)
    line = replace(note.signatures[0], name=other.name, key_id=other.key_id)
    assert check_cosignature(replace(note, signatures=(line,)), other.key) == (Outcome.BAD, None)


def test_extension_lines_are_signed_by_an_ed25519_cosignature() -> None:
    key = a_witness(NAME)
    checkpoint = replace(a_checkpoint(), extensions=("a line",))
    note = a_note(checkpoint, witnesses=[key])
    bare = replace(note, text=a_checkpoint().text())
    assert [check_cosignature(each, key.key)[0] for each in (note, bare)] == [
        Outcome.GOOD,
        Outcome.BAD,
    ]


@TYPES
def test_of_several_cosignatures_the_latest_time_counts(algorithm: int) -> None:
    key = a_witness(NAME, algorithm=algorithm)
    note = a_cosigned(key, NOW + 5, NOW + 9, NOW)
    assert check_cosignature(note, key.key) == (Outcome.GOOD, NOW + 9)


@pytest.mark.parametrize("times", [(0,), (0, NOW), (NOW, 0)])
def test_a_time_of_zero_is_no_time(times: tuple[int, ...]) -> None:
    key = a_witness(NAME)
    text = a_checkpoint().text()
    signed = [key.sign(f"cosignature/v1\ntime {time}\n{text}".encode()) for time in times]
    note = Note(
        text,
        tuple(
            Signature(key.name, key.key_id, time.to_bytes(8) + each)
            for time, each in zip(times, signed, strict=True)
        ),
    )
    assert check_cosignature(note, key.key) == (Outcome.GOOD, max(times))


@TYPES
def test_one_forged_line_outweighs_a_good_one(algorithm: int) -> None:
    key = a_witness(NAME, algorithm=algorithm)
    note = a_cosigned(key, NOW, NOW + 1)
    good, other = note.signatures
    forged = replace(other, signature=good.signature[:8] + other.signature[8:])
    assert check_cosignature(replace(note, signatures=(good, forged)), key.key) == (
        Outcome.BAD,
        None,
    )


def test_a_key_whose_line_is_missing_is_absent() -> None:
    other = a_witness("other")
    assert check_cosignature(a_cosigned(a_witness(NAME), NOW), other.key) == (
        Outcome.ABSENT,
        None,
    )


def test_the_plain_key_of_a_log_makes_no_cosignature() -> None:
    key = a_key()
    assert check_cosignature(a_note(logs=[key]), key.key) == (Outcome.UNSUPPORTED, None)


def test_without_ml_dsa_nothing_is_known_of_its_cosignatures(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key = a_witness(NAME, algorithm=ML_DSA_44)
    note = a_cosigned(key, NOW)
    monkeypatch.setattr(algorithms, "HAS_ML_DSA", False)
    assert check_cosignature(note, key.key) == (Outcome.UNSUPPORTED, None)


def test_a_note_that_is_no_checkpoint_cannot_be_cosigned() -> None:
    key = a_witness(NAME)
    with pytest.raises(FormatError, match="fewer than three lines"):
        check_cosignature(replace(a_cosigned(key, NOW), text="a text\n"), key.key)


def test_a_log_may_sign_by_a_plain_signature_or_a_cosignature() -> None:
    plain, timed = a_key(), a_key(algorithm=COSIGNATURE)
    note = a_note(logs=[plain], witnesses=[timed], time=NOW)
    assert [check_any(note, each.key) for each in (plain, timed)] == [
        (Outcome.GOOD, None),
        (Outcome.GOOD, NOW),
    ]


@pytest.mark.parametrize("time", [0, -1, 2**63])
def test_a_witness_states_a_time_after_1970_that_the_format_can_hold(time: int) -> None:
    with pytest.raises(ValueError, match="from 1 to 2"):
        cosign(a_checkpoint(), a_witness(NAME), time)


def test_a_plain_key_does_not_cosign() -> None:
    with pytest.raises(ValueError, match="cannot cosign"):
        cosign(a_checkpoint(), a_key(algorithm=ED25519), NOW)


def test_a_log_of_a_longer_name_than_the_structure_holds_has_no_such_cosignature() -> None:
    key = a_witness(NAME, algorithm=ML_DSA_44)
    long = Checkpoint("a" * 256, 1, bytes(32))
    note = replace(a_cosigned(key, NOW), text=long.text())
    assert check_cosignature(note, key.key) == (Outcome.BAD, None)
    with pytest.raises(ValueError, match="cannot cosign"):
        cosign(long, key, NOW)


@TYPES
@given(data=st.binary(max_size=100))
def test_no_made_up_bytes_are_a_cosignature(algorithm: int, data: bytes) -> None:
    key = a_witness(NAME, algorithm=algorithm)
    note = with_signature(a_cosigned(key, NOW), b"\0" + data)
    assert check_cosignature(note, key.key) == (Outcome.BAD, None)
