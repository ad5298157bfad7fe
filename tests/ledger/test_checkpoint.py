from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_builder import a_checkpoint, a_key

from affidavit.base.errors import FormatError
from affidavit.ledger.checkpoint import (
    Checkpoint,
    is_origin,
    parse_checkpoint,
    signed_checkpoint,
)
from affidavit.ledger.encoding import from_base64
from affidavit.ledger.note import KeySigner, Note, Outcome, check, parse_note, parse_vkey

ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
SOFA = (
    "example.com/behind-the-sofa\n"
    "20852163\n"
    f"{ROOT}\n"
    "\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q"
    "1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
).encode()
GO_KEY = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
GO = (
    "go.sum database tree\n"
    "35225469\n"
    "vt5T6GaLCXvyHFl9VUvvItR43XZxfLgftEcTyO3eJCQ=\n"
    "\n"
    "— sum.golang.org Az3grpukl5AXaVfYkLiDGORx/DN2nlcS5kZHR5uYOBV2KA2HgXpD+gu9HHONebHLAyaKbbTM75QT"
    "tPydhKCExixSfwQ=\n"
).encode()
LINES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)
CHECKPOINTS = st.builds(
    Checkpoint,
    LINES,
    st.integers(0, 2**63 - 1),
    st.binary(min_size=32, max_size=32),
    st.lists(LINES, max_size=3).map(tuple),
)


def read(text: str) -> Checkpoint:
    return parse_checkpoint(Note(text, ()), "the head")


def test_the_published_checkpoint_is_read() -> None:
    root = bytes.fromhex("0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62")
    assert parse_checkpoint(parse_note(SOFA)) == Checkpoint(
        "example.com/behind-the-sofa", 20852163, root
    )


def test_a_checkpoint_of_the_go_checksum_database_is_read_and_its_signature_good() -> None:
    note = parse_note(GO)
    checkpoint = parse_checkpoint(note)
    assert [checkpoint.origin, checkpoint.size, checkpoint.text()] == [
        "go.sum database tree",
        35225469,
        note.text,
    ]
    assert check(note, parse_vkey(GO_KEY)) is Outcome.GOOD


def test_further_lines_are_the_logs_own() -> None:
    assert read(f"o\n5\n{ROOT}\na line\nand one\n").extensions == ("a line", "and one")


@pytest.mark.parametrize("origin", ["with space", "with+plus", "é"])
def test_the_checkpoint_of_anothers_log_may_have_any_name_of_one_line(origin: str) -> None:
    assert read(f"{origin}\n5\n{ROOT}\n").origin == origin


@pytest.mark.parametrize("size", ["0", "1", "9223372036854775807"])
def test_every_size_below_2_to_63_is_read(size: str) -> None:
    assert read(f"o\n{size}\n{ROOT}\n").size == int(size)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\n", "the head has fewer than three lines"),
        ("o\n5\n", "the head has fewer than three lines"),
        (f"\n5\n{ROOT}\n", "the head has an empty line in its text"),
        (f"o\n\n{ROOT}\n", "the head has an empty line in its text"),
        (f"o\n5\n{ROOT}\n\n", "the head has an empty line in its text"),
        (f"o\n5\n{ROOT}\n\nx\n", "the head has an empty line in its text"),
        (f"o\n05\n{ROOT}\n", "the tree size is not a decimal number without leading zeros"),
        (f"o\n00\n{ROOT}\n", "the tree size is not a decimal number without leading zeros"),
        (f"o\n+5\n{ROOT}\n", "the tree size is not a decimal number without leading zeros"),
        (f"o\n-5\n{ROOT}\n", "the tree size is not a decimal number without leading zeros"),
        (f"o\n5 \n{ROOT}\n", "the tree size is not a decimal number without leading zeros"),
        (
            f"o\n\u0665\n{ROOT}\n",
            "the tree size is not a decimal number without leading zeros",
        ),
        (f"o\n5_0\n{ROOT}\n", "the tree size is not a decimal number without leading zeros"),
        (f"o\n9223372036854775808\n{ROOT}\n", "the tree size is larger than 2^63 - 1"),
        (f"o\n10000000000000000000\n{ROOT}\n", "the tree size is not a decimal number"),
        (f"o\n{'9' * 1_000_000}\n{ROOT}\n", "the tree size is not a decimal number"),
        (f"o\n5\n{ROOT[:-1]}\n", "the root hash is not base64"),
        (f"o\n5\n{ROOT[:-2]}J=\n", "the root hash is not base64 in its one canonical form"),
        (f"o\n5\n{ROOT} \n", "the root hash is not base64"),
        ("o\n5\nAAAA\n", "the root hash is not a hash of 32 bytes"),
        (f"o\n5\n{'A' * 64}\n", "the root hash is not a hash of 32 bytes"),
        (f"o\n5\n{'A' * 1_000_000}\n", "the root hash is not a hash of 32 bytes"),
    ],
)
def test_what_is_no_checkpoint_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        read(text)
    assert caught.value.message.startswith("the head")
    assert message in caught.value.message


@given(CHECKPOINTS)
def test_a_checkpoint_is_read_as_it_was_written(checkpoint: Checkpoint) -> None:
    assert read(checkpoint.text()) == checkpoint


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n")))
def test_any_text_is_a_checkpoint_with_one_spelling_or_refused(text: str) -> None:
    with suppress(FormatError):
        assert read(f"{text}\n").text() == f"{text}\n"


@given(st.text(st.sampled_from("AQgw+/=-_ \n"), max_size=12))
def test_base64_has_one_spelling(text: str) -> None:
    try:
        data = from_base64(text, "x")
    except FormatError:
        return
    assert from_base64(text, "x") == data
    assert not set(text) & set("-_ \n")


@pytest.mark.parametrize(
    ("origin", "size", "root", "extension"),
    [
        ("", 0, bytes(32), "x"),
        ("a\nb", 0, bytes(32), "x"),
        ("a", -1, bytes(32), "x"),
        ("a", 2**63, bytes(32), "x"),
        ("a", 0, bytes(31), "x"),
        ("a", 0, bytes(32), ""),
        ("a", 0, bytes(32), "x\ny"),
        ("a", 0, bytes(32), "\ud800"),
    ],
)
def test_a_checkpoint_cannot_be_made_of_what_could_not_be_read(
    origin: str, size: int, root: bytes, extension: str
) -> None:
    with pytest.raises(ValueError, match=r"log|tree|line"):
        Checkpoint(origin, size, root, (extension,))


def test_every_signer_signs_the_checkpoint() -> None:
    old, new = a_key(seed="old"), a_key(seed="new")
    note = signed_checkpoint(a_checkpoint(), [KeySigner(old), KeySigner(new)])
    read_again = parse_note(note.encode())
    assert parse_checkpoint(read_again) == a_checkpoint()
    assert [check(read_again, each.key) for each in (old, new)] == [Outcome.GOOD, Outcome.GOOD]


@pytest.mark.parametrize(
    ("origin", "usable"),
    [
        ("example.com/log", True),
        ("é" * 127, True),
        ("é" * 128, False),
        ("a" * 255, True),
        ("a" * 256, False),
        ("", False),
        ("a b", False),
        ("a+b", False),
        ("a\u2003b", False),
        ("a\x7f", False),
        ("a\x1b[2J", False),
        ("a\ud800", False),
    ],
)
def test_a_log_is_begun_under_a_name_without_spaces_plus_and_controls(
    origin: str, *, usable: bool
) -> None:
    assert is_origin(origin) is usable
