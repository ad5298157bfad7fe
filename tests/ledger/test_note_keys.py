from __future__ import annotations

import hashlib
from itertools import combinations

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from hypothesis import given
from hypothesis import strategies as st
from log_builder import PETER, PETERS_LINE, PETERS_SECRET, PETERS_TEXT, a_key

from affidavit.base.errors import FormatError
from affidavit.ledger import algorithm as algorithms
from affidavit.ledger.encoding import to_base64
from affidavit.ledger.key import parse_vkey
from affidavit.ledger.note import (
    COSIGNATURE,
    ED25519,
    ML_DSA_44,
    KeySigner,
    Note,
    SigningKey,
    VerifierKey,
    encode_secret,
    new_verifier_key,
    parse_secret,
)

ALGORITHMS = [ED25519, COSIGNATURE, ML_DSA_44]
FIELDS = {"name": "a", "key_id": b"1234", "algorithm": 1, "public": bytes(32)}


def written(algorithm: int, material: bytes, name: str = "PeterNeumann") -> str:
    """A verifier key with the id that belongs to it, whatever it holds."""
    whole = bytes([algorithm]) + material
    digest = hashlib.sha256(name.encode() + b"\n" + whole).digest()
    return f"{name}+{digest[:4].hex()}+{to_base64(whole)}"


def refused_vkey(text: str) -> bool:
    try:
        parse_vkey(text)
    except FormatError:
        return True
    return False


def refused_secret(text: str) -> bool:
    try:
        parse_secret(text, "key file")
    except FormatError as error:
        return len(text) < 20 or text[-8:] not in error.message
    return False


def mangled(text: str) -> list[str]:
    """Every proper part of `text`, and `text` with each character made the next one."""
    ends = combinations(range(len(text) + 1), 2)
    parts = [text[start:end] for start, end in ends if end - start < len(text)]
    return parts + [text[:at] + chr(ord(each) + 1) + text[at + 1 :] for at, each in enumerate(text)]


def test_a_published_key_is_read_and_written() -> None:
    assert [parse_vkey(PETER).encode(), str(parse_vkey(PETER))] == [PETER, "PeterNeumann+c74f20a3"]


def test_no_mangled_key_is_read() -> None:
    assert [text for text in mangled(PETER) if not refused_vkey(text)] == []


def test_no_mangled_secret_is_read_or_repeated() -> None:
    assert [text for text in mangled(PETERS_SECRET) if not refused_secret(text)] == []


def test_a_published_secret_makes_the_published_signature() -> None:
    key = parse_secret(PETERS_SECRET, "key file")
    note = Note(PETERS_TEXT, (KeySigner(key).sign(PETERS_TEXT),))
    assert note.encode().decode() == f"{PETERS_TEXT}\n{PETERS_LINE}"


def test_a_published_secret_is_the_published_key() -> None:
    key = parse_secret(PETERS_SECRET, "key file")
    assert [key.key.encode(), encode_secret(key)] == [PETER, PETERS_SECRET]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_key_of_each_type_is_read_as_it_was_written(algorithm: int) -> None:
    key = a_key(algorithm=algorithm)
    assert [parse_vkey(key.key.encode()), parse_secret(encode_secret(key), "k").key] == [
        key.key,
        key.key,
    ]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_the_text_form_of_a_secret_key_does_not_show_it(algorithm: int) -> None:
    key = a_key(algorithm=algorithm)
    assert [part for part in (key.seed().hex(), "PrivateKey") if part in repr(key)] == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (written(1, bytes(33)), "a key of signature type 0x01 has 32 bytes"),
        (written(1, b""), "a key of signature type 0x01 has 32 bytes"),
        (written(6, bytes(32)), "a key of signature type 0x06 has 1312 bytes"),
        (written(2, bytes(32)), "keys of signature type 0x02 are not supported"),
        (written(0xFF, bytes(32)), "keys of signature type 0xff are not supported"),
        (written(1, bytes(32), "a b"), "the name of a key is empty, or has a space"),
        (written(1, bytes(32), ""), "the name of a key is empty, or has a space"),
        (written(6, bytes(1312), "é" * 128), "the name of an ML-DSA-44 key has at most 255 bytes"),
        (PETER.replace("c74f20a3", "c74f20a4"), "the id is not that of the name and the key"),
        (PETER.replace("c74f20a3", "C74F20A3"), "is not a name, eight hex digits and base64"),
        (PETER.replace("c74f20a3", "c74f20a٣"), "is not a name, eight hex digits and base64"),
        (PETER + "\n", "is not base64"),
        ("a" * 70_000, "has more than 65536 characters"),
        ("\ud800+c74f20a3+AQ==", "the name of a key is empty, or has a space"),
    ],
)
def test_what_is_no_key_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        parse_vkey(text, place="line 4")
    assert caught.value.message.startswith("line 4")
    assert message in caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        f"PRIVATE+KEY+{written(1, bytes(31))}",
        f"PRIVATE+KEY+{written(2, bytes(32))}",
        f"PRIVATE+KEY+{written(1, bytes(32), 'a b')}",
        PETERS_SECRET.replace("c74f20a3", "c74f20a4"),
        PETER,
    ],
    ids=["short", "type", "name", "id", "public"],
)
def test_what_is_no_secret_key_is_refused_and_not_repeated(text: str) -> None:
    assert refused_secret(text)


@given(st.text() | st.binary().map(lambda data: f"a+00000000+{to_base64(data)}"))
def test_any_text_is_a_key_or_refused(text: str) -> None:
    assert refused_vkey(text) or parse_vkey(text).encode() == text


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"], exclude_characters="+")))
def test_a_key_may_have_any_name_without_spaces_and_plus(name: str) -> None:
    key = new_verifier_key(f"n{name}", ED25519, bytes(32))
    assert parse_vkey(key.encode()) == key


@pytest.mark.parametrize("change", [{"key_id": b"abcd"}, {"algorithm": 2}, {"name": "b c"}])
def test_a_key_cannot_be_made_of_what_could_not_be_read(change: dict[str, object]) -> None:
    parts = {**FIELDS, **change}
    name, key_id, algorithm, public = parts.values()
    assert isinstance(name, str)
    assert isinstance(key_id, bytes)
    assert isinstance(algorithm, int)
    assert isinstance(public, bytes)
    with pytest.raises(ValueError, match=r"name|type|id"):
        VerifierKey(name, key_id, algorithm, public)


@pytest.mark.parametrize(
    ("name", "seed", "algorithm"),
    [("a", bytes(31), 1), ("a", bytes(32), 2), ("a b", bytes(32), 1), ("", bytes(32), 6)],
)
def test_a_signing_key_needs_a_name_a_seed_and_a_known_type(
    name: str, seed: bytes, algorithm: int
) -> None:
    with pytest.raises(ValueError, match=r"name|seed|type"):
        SigningKey.from_secret(name, seed, algorithm=algorithm)


def test_a_plain_signer_takes_no_key_of_a_witness() -> None:
    with pytest.raises(ValueError, match="type 0x01"):
        KeySigner(a_key(algorithm=COSIGNATURE))


def test_without_ml_dsa_its_keys_are_read_and_nothing_is_known_of_their_signatures(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key = a_key(algorithm=ML_DSA_44)
    signature = key.sign(b"text")
    monkeypatch.setattr(algorithms, "HAS_ML_DSA", False)
    read = parse_vkey(key.key.encode())
    assert [read, read.verifies(signature, b"text")] == [key.key, None]
    with pytest.raises(ValueError, match="not supported here"):
        a_key(algorithm=ML_DSA_44)


class Lacking:
    """The ML-DSA of a cryptography package whose OpenSSL has none."""

    def __getattr__(self, name: str) -> object:
        raise UnsupportedAlgorithm(name)


def test_an_openssl_without_ml_dsa_is_like_a_package_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key = a_key(algorithm=ML_DSA_44)
    signature = key.sign(b"text")
    monkeypatch.setattr(algorithms, "MLDSA44PublicKey", Lacking())
    monkeypatch.setattr(algorithms, "MLDSA44PrivateKey", Lacking())
    assert key.key.verifies(signature, b"text") is None
    with pytest.raises(ValueError, match="has no ML-DSA-44"):
        a_key(algorithm=ML_DSA_44)
