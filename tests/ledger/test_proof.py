from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_builder import a_key, a_note

from affidavit.base.errors import FormatError
from affidavit.ledger.encoding import to_base64
from affidavit.ledger.proof import LARGEST_PROOF, Proof, parse_proof

HEADER = "c2sp.org/tlog-proof@v1\n"
NOTE = a_note(logs=[a_key()]).encode()
HASH = hashlib.sha256(b"a").digest()
HASH_LINE = f"{to_base64(HASH)}\n"
HASHES = st.binary(min_size=32, max_size=32)
PROOFS = st.builds(
    Proof,
    index=st.integers(0, 2**63 - 1),
    path=st.lists(HASHES, max_size=63).map(tuple),
    checkpoint=st.binary(min_size=1),
    extra=st.none() | st.binary(min_size=1),
)


def a_proof() -> Proof:
    return Proof(index=7, path=(HASH, HASH), checkpoint=NOTE, extra=b"salt")


def read(above: str, *, header: str = HEADER) -> Proof:
    return parse_proof(f"{header}{above}\n".encode() + NOTE, "the receipt")


def test_the_published_proof_is_read_but_for_what_it_leaves_out() -> None:
    path = (
        "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=\n"
        "B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=\n"
        "EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=\n"
        "RoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=\n"
        "AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=\n"
    )
    proof = read(f"extra YWdlLXYxLjIuMS1kYXJ3aW4tYXJt\nindex 73894\n{path}")
    assert [proof.index, proof.extra, proof.checkpoint] == [73894, b"age-v1.2.1-darwin-arm", NOTE]
    assert "".join(f"{to_base64(each)}\n" for each in proof.path) == path


def test_a_proof_is_written_line_by_line() -> None:
    assert a_proof().encode() == (
        b"c2sp.org/tlog-proof@v1\nextra c2FsdA==\nindex 7\n"
        + f"{HASH_LINE}{HASH_LINE}\n".encode()
        + NOTE
    )


def test_a_proof_in_a_tree_of_one_leaf_has_no_hashes() -> None:
    assert read("index 0\n") == Proof(index=0, path=(), checkpoint=NOTE)


@pytest.mark.parametrize(
    ("above", "message"),
    [
        ("", "has no index line"),
        ("extra AAAA\n", "has no index line"),
        ("index 5\nextra AAAA\n", "hash 1 is not base64"),
        ("extra AAAA\nextra AAAA\nindex 5\n", "has no index line"),
        ("extra \nindex 5\n", "the extra data is not base64 in its one canonical form"),
        ("extra AB==\nindex 5\n", "the extra data is not base64 in its one canonical form"),
        ("extra  AAAA\nindex 5\n", "the extra data is not base64"),
        ("extraAAAA\nindex 5\n", "has no index line"),
        ("Index 5\n", "has no index line"),
        ("index  5\n", "the index is not a decimal number"),
        ("index 05\n", "the index is not a decimal number"),
        ("index -1\n", "the index is not a decimal number"),
        ("index 5\r\n", "the index is not a decimal number"),
        ("index\n", "has no index line"),
        ("index 9223372036854775808\n", "the index is larger than 2^63 - 1"),
        (f"index 5\n{HASH_LINE * 64}", "has more than 63 hashes"),
        (f"index 5\n{HASH_LINE}AAAA\n", "hash 2 is not a hash of 32 bytes"),
        (f"index 5\n{HASH_LINE[:-1]} \n", "hash 1 is not base64"),
        (
            "index 5\n\u0665\n",
            "has characters that are not ASCII above its checkpoint",
        ),
    ],
)
def test_what_is_no_proof_is_refused_with_its_place(above: str, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        read(above)
    assert caught.value.message.startswith("the receipt")
    assert message in caught.value.message


@pytest.mark.parametrize(
    "header", ["", "c2sp.org/tlog-proof@v2\n", " " + HEADER, HEADER.upper(), "\ufeff" + HEADER]
)
def test_a_proof_begins_with_its_format(header: str) -> None:
    with pytest.raises(FormatError, match=r"does not begin with the line c2sp|not ASCII"):
        read("index 0\n", header=header)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        HEADER.encode(),
        f"{HEADER}index 0\n".encode(),
        f"{HEADER}index 0\n\n".encode(),
        b"a" * (LARGEST_PROOF + 1),
        b"\n" * LARGEST_PROOF,
        f"{HEADER}index 0\n{HASH_LINE * 40_000}\n\na".encode(),
        f"{HEADER}index {'1' * 2_000_000}\n\na".encode(),
        f"{HEADER}extra {'A' * 2_000_001}\nindex 0\n\na".encode(),
    ],
    ids=["empty", "header", "cut", "no note", "size", "newlines", "hashes", "index", "extra"],
)
def test_cut_off_and_oversized_files_are_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        parse_proof(data)


def test_a_file_beyond_the_bound_is_refused_though_it_is_a_proof() -> None:
    proof = replace(a_proof(), checkpoint=b"a" * LARGEST_PROOF)
    with pytest.raises(FormatError, match="has more than 2097152 bytes"):
        parse_proof(proof.encode())


@given(PROOFS)
def test_a_proof_is_read_as_it_was_written(proof: Proof) -> None:
    assert parse_proof(proof.encode()) == proof


@given(st.binary() | st.binary().map(lambda data: f"{HEADER}index 1\n".encode() + data + b"\n\nx"))
def test_any_bytes_are_a_proof_with_one_spelling_or_refused(data: bytes) -> None:
    try:
        proof = parse_proof(data)
    except FormatError:
        return
    assert proof.encode() == data


def test_a_proof_among_a_million_entries_fits_in_1200_bytes() -> None:
    proof = replace(a_proof(), index=999_999, path=(HASH,) * 20, extra=None)
    assert len(proof.encode()) <= 1_200


@pytest.mark.parametrize(
    ("index", "path", "checkpoint", "extra"),
    [
        (-1, (), b"x", None),
        (2**63, (), b"x", None),
        (0, (bytes(31),), b"x", None),
        (0, (HASH,) * 64, b"x", None),
        (0, (), b"", None),
        (0, (), b"x", b""),
    ],
)
def test_a_proof_cannot_be_made_of_what_could_not_be_read(
    index: int, path: tuple[bytes, ...], checkpoint: bytes, extra: bytes | None
) -> None:
    with pytest.raises(ValueError, match=r"index|hashes|proof"):
        Proof(index=index, path=path, checkpoint=checkpoint, extra=extra)
