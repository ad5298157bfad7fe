"""A single proof or checkpoint, held against what is trusted."""

from __future__ import annotations

import pytest
from logs import LOG, NOW, ORIGIN, WITNESS, Key, Stored, mth
from verifying import HONEST, found, trusting, witnessing

from affidavit.base.errors import FormatError
from affidavit.ledger.proof import Proof
from affidavit.ledger.tree import inclusion
from affidavit.verify import (
    Code,
    Range,
    RangeKind,
    Result,
    Status,
    Trust,
    Witnessed,
    verify_checkpoint,
    verify_proof,
)

INDEX = 123
TRUST = trusting(remembered=())


def subtree(log: Stored) -> list[list[bytes]]:
    rows = [log.leaves()]
    while len(rows[-1]) > 1:
        row = rows[-1]
        rows.append([mth(row[at : at + 2]) for at in range(0, len(row) - 1, 2)])
    return rows


def proof(log: Stored = HONEST, index: int = INDEX, note: bytes | None = None) -> bytes:
    rows = subtree(log)
    path = inclusion(index, len(log.entries), lambda height, number: rows[height][number])
    chosen = log.notes[-1][1] if note is None else note
    return Proof(index=index, path=path, checkpoint=chosen).encode()


def held(data: bytes, trust: Trust = TRUST, entry: bytes = HONEST.entries[INDEX]) -> Result:
    return verify_proof(entry, data, trust)


def test_an_entry_that_a_proof_leads_from_is_in_the_log() -> None:
    result = held(proof())
    assert (result.status, result.size, result.origin) == (Status.VERIFIED, 600, ORIGIN)
    text = f"in a log of 600 entries signed by {ORIGIN}+{LOG.id.hex()}"
    assert result.ranges == (Range(RangeKind.SIGNED, 123, 124, text),)


def test_a_proof_says_what_it_leaves_out() -> None:
    result = held(proof())
    assert (result.entries, result.complete_to, result.skipped) == (
        600,
        0,
        (
            "the other entries, and what lies after the checkpoint",
            "whether any other checkpoint of the log is of the same history",
        ),
    )


@pytest.mark.parametrize("index", [0, 255, 256, 511, 512, 599])
def test_every_entry_has_its_proof_and_no_other(index: int) -> None:
    data = proof(index=index)
    assert held(data, entry=HONEST.entries[index]).status is Status.VERIFIED
    assert found(held(data, entry=HONEST.entries[index - 1])) == {(Code.NOT_INCLUDED, index)}


def test_a_proof_for_another_index_fails() -> None:
    data = proof().replace(b"index 123", b"index 124")
    assert found(held(data)) == {(Code.NOT_INCLUDED, 124)}
    assert (Code.NOT_INCLUDED, 600) in found(held(data.replace(b"index 124", b"index 600")))


OTHER = Key(ORIGIN, b"o" * 32)
OTHERS = (
    f"it is signed as {ORIGIN}+{OTHER.id.hex()}, a key that was not given: a signature by another"
    " key of the log is not checked; give that key, or verify the log itself, which says how its"
    " key changed"
)


def test_a_proof_under_another_key_of_the_log_is_incomplete_and_names_the_key() -> None:
    log = HONEST.copy()
    log.checkpoint(OTHER)
    result = held(proof(note=log.notes[-1][1]))
    text = "in a log of 600 entries; whose signature it has was not checked"
    assert (result.status, result.reasons, result.ranges) == (
        Status.INCOMPLETE,
        (OTHERS,),
        (Range(RangeKind.NOT_CHECKED, 123, 124, text),),
    )


def test_a_proof_under_a_key_of_the_log_that_is_given_beside_another_is_verified() -> None:
    log = HONEST.copy()
    log.checkpoint(LOG, OTHER)
    for keys in ((LOG,), (OTHER,), (LOG, OTHER)):
        result = held(proof(note=log.notes[-1][1]), trusting(*keys, remembered=()))
        assert (result.status, result.reasons) == (Status.VERIFIED, ())


def test_a_bad_line_of_the_given_key_fails_beside_a_good_one_of_another() -> None:
    log = HONEST.copy()
    text = log.text()
    forged = LOG.line(text.replace("600", "599")) + OTHER.line(text)
    result = held(proof(note=f"{text}\n{forged}".encode()))
    assert found(result) == {(Code.SIGNATURE_BAD, 600)}


def test_a_proof_that_no_key_of_the_logs_name_signed_fails() -> None:
    log = HONEST.copy()
    log.checkpoint(Key("example.com/other", b"o" * 32))
    result = held(proof(note=log.notes[-1][1]))
    assert (found(result), result.ranges) == ({(Code.SIGNATURE_MISSING, 600)}, ())


def test_a_proof_with_a_forged_signature_fails() -> None:
    note = HONEST.notes[-1][1]
    forged = note[:-9] + (b"AAAA" if note[-9:-5] != b"AAAA" else b"BBBB") + note[-5:]
    assert found(held(proof(note=forged))) == {(Code.SIGNATURE_BAD, 600)}


def test_a_proof_of_another_log_fails() -> None:
    log = HONEST.copy()
    log.origin = "example.com/other"
    log.checkpoint()
    assert found(held(proof(note=log.notes[-1][1]))) == {(Code.ORIGIN_DIFFERS, 600)}


def test_a_proof_without_a_key_is_not_believed() -> None:
    result = held(proof(), Trust())
    assert (result.status, result.ranges) == (Status.SELF_ASSERTED, ())


def test_a_proof_that_contradicts_a_remembered_checkpoint_fails() -> None:
    log = HONEST.copy()
    log.entries[5] = log.entries[6]
    log.checkpoint()
    trust = trusting(remembered=(log.notes[-1][1],))
    assert found(held(proof(), trust)) == {(Code.FORKED, 600)}


@pytest.mark.parametrize("size", [500, 601])
def test_a_remembered_checkpoint_of_another_size_says_nothing_of_a_proof(size: int) -> None:
    log = HONEST.copy()
    log.append()
    log.checkpoint(size=size)
    trust = trusting(remembered=(log.notes[-1][1],))
    result = held(proof(), trust)
    assert (result.status, result.reasons, result.complete_to) == (
        Status.INCOMPLETE,
        (
            (
                f"the remembered checkpoint of {size} entries was not used: whether it and the one"
                " of 600 entries are of one history is in the log alone"
            ),
        ),
        0,
    )


def test_a_remembered_checkpoint_of_the_same_size_is_held_against_a_proof() -> None:
    same = HONEST.notes[-1][1]
    assert held(proof(), trusting(remembered=(same,))).status is Status.VERIFIED
    keyless = held(proof(), Trust(remembered=(same,)))
    assert (keyless.status, keyless.reasons) == (
        Status.INCOMPLETE,
        ("no key was given from outside",),
    )
    both = held(proof(), trusting(remembered=(same, HONEST.notes[0][1])))
    assert (both.status, len(both.reasons)) == (Status.INCOMPLETE, 1)


def test_a_remembered_checkpoint_of_another_log_fails_a_proof() -> None:
    log = HONEST.copy()
    log.origin = "example.com/other"
    log.checkpoint(Key(log.origin))
    trust = trusting(remembered=(log.notes[-1][1],))
    assert found(held(proof(), trust)) == {(Code.ORIGIN_DIFFERS, 600)}


def test_a_remembered_checkpoint_whose_line_does_not_hold_fails_a_proof() -> None:
    size, note = HONEST.notes[0]
    forged = note[:-9] + (b"AAAA" if note[-9:-5] != b"AAAA" else b"BBBB") + note[-5:]
    assert found(held(proof(), trusting(remembered=(forged,)))) == {(Code.SIGNATURE_BAD, size)}


def test_a_proof_under_a_witnessed_checkpoint_says_when() -> None:
    log = HONEST.copy()
    log.cosign(600)
    result = held(proof(note=log.note(*log.notes[-1])), witnessing())
    assert (result.status, result.last_witnessed) == (Status.VERIFIED, Witnessed(600, NOW))
    assert result.ranges[0].kind is RangeKind.WITNESSED


def test_a_proof_without_the_witnesses_asked_for_is_incomplete() -> None:
    result = held(proof(), witnessing())
    assert (result.status, result.witnessed) == (Status.INCOMPLETE, ())
    assert held(proof(), witnessing(quorum="none")).status is Status.VERIFIED


def test_a_forged_cosignature_on_a_proof_fails() -> None:
    log = HONEST.copy()
    line = WITNESS.line(log.text(), NOW)
    forged = line[:-9] + ("AAAA" if line[-9:-5] != "AAAA" else "BBBB") + line[-5:]
    log.cosignatures[600] = [forged]
    result = held(proof(note=log.note(*log.notes[-1])), witnessing())
    assert found(result) == {(Code.COSIGNATURE_BAD, 600)}


@pytest.mark.parametrize("data", [b"", b"c2sp.org/tlog-proof@v1\nindex 1\n\nno note", proof()[:-1]])
def test_what_is_no_proof_is_an_error(data: bytes) -> None:
    with pytest.raises(FormatError):
        held(data)


def test_a_checkpoint_by_the_trusted_key_is_verified() -> None:
    result = verify_checkpoint(HONEST.notes[-1][1], TRUST)
    assert (result.status, result.ranges[0][:3]) == (Status.VERIFIED, ("signed", 0, 600))
    with pytest.raises(FormatError):
        verify_checkpoint(b"x", TRUST)


def test_a_checkpoint_by_another_key_of_the_log_is_incomplete() -> None:
    result = verify_checkpoint(HONEST.notes[-1][1], trusting(OTHER, remembered=()))
    assert (result.status, result.ranges[0].kind) == (Status.INCOMPLETE, RangeKind.NOT_CHECKED)


def test_a_key_of_one_log_does_not_sign_the_checkpoints_of_another() -> None:
    other, log = Key("example.com/other", b"o" * 32), HONEST.copy()
    log.checkpoint(other)
    trust = trusting(LOG, other, remembered=())
    assert found(verify_checkpoint(log.notes[-1][1], trust)) == {(Code.SIGNATURE_MISSING, 600)}
