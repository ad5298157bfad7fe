from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_builder import PETER, PETERS_LINE, PETERS_TEXT, a_key, a_note

from affidavit.base.errors import FormatError
from affidavit.ledger.key import parse_vkey
from affidavit.ledger.note import LARGEST_NOTE, Note, Outcome, Signature, check, parse_note

EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE = (
    "This is an example message.\n"
    "\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuw"
    "HjG1Yu72IneyaQM=\n"
).encode()
POEM = (
    "Ognuno sta solo sul cuor della terra\n"
    "trafitto da un raggio di sole:\n"
    "\n"
    "ed è subito sera.\n"
    "\n"
    "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU"
    "0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
).encode()
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
ENOCHS_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33"
    "WWd1RvMc+QQ=\n"
)
FORGED_LINE = PETERS_LINE.replace("ZJkuBS9U", "ZJkuBS9V")
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n")).map("{}\n".format)
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"], exclude_characters="+"))
SIGNATURES = st.builds(
    Signature,
    NAMES.filter(lambda name: name != ""),
    st.binary(min_size=4, max_size=4),
    st.binary(min_size=1, max_size=80),
)
NOTES = st.builds(Note, TEXTS, st.lists(SIGNATURES, min_size=1, max_size=5).map(tuple))


def peters(*lines: str) -> bytes:
    return f"{PETERS_TEXT}\n{''.join(lines)}".encode()


def outcome(data: bytes, key: str = PETER) -> Outcome:
    return check(parse_note(data), parse_vkey(key))


def refusal(data: bytes) -> str:
    with pytest.raises(FormatError) as caught:
        parse_note(data, place="the file")
    return caught.value.message


@pytest.mark.parametrize(
    ("data", "key"),
    [
        pytest.param(EXAMPLE, EXAMPLE_KEY, id="C2SP"),
        pytest.param(peters(PETERS_LINE), PETER, id="Go"),
        pytest.param(peters(ENOCHS_LINE), ENOCH, id="Go's second key"),
        pytest.param(peters(ENOCHS_LINE, PETERS_LINE), PETER, id="below a line of another"),
        pytest.param(peters(PETERS_LINE, PETERS_LINE), PETER, id="twice"),
    ],
)
def test_a_published_signature_is_good(data: bytes, key: str) -> None:
    assert outcome(data, key) is Outcome.GOOD


def test_a_text_may_have_empty_lines() -> None:
    text = POEM.decode().partition("\n— ")[0]
    assert [parse_note(POEM).text, parse_note(POEM).encode()] == [text, POEM]
    assert text.endswith("di sole:\n\ned è subito sera.\n")


def test_a_changed_text_makes_the_signature_bad() -> None:
    assert outcome(peters(PETERS_LINE).replace(b"answer", b"Answer")) is Outcome.BAD


@pytest.mark.parametrize("lines", [[PETERS_LINE, FORGED_LINE], [FORGED_LINE, PETERS_LINE]])
def test_one_forged_line_of_a_known_key_outweighs_a_good_one(lines: list[str]) -> None:
    assert outcome(peters(*lines)) is Outcome.BAD


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(PETERS_LINE.replace("x08go", "x08gp"), id="name alone"),
        pytest.param(PETERS_LINE.replace("PeterNeumann", "CarmenSandiego"), id="id alone"),
        pytest.param(ENOCHS_LINE, id="neither"),
    ],
)
def test_a_line_that_shares_only_the_name_or_only_the_id_is_not_the_keys(line: str) -> None:
    assert [outcome(peters(line)), outcome(peters(line, PETERS_LINE))] == [
        Outcome.ABSENT,
        Outcome.GOOD,
    ]


@pytest.mark.parametrize("length", [1, 63, 65, 72])
def test_a_signature_of_the_wrong_length_is_bad(length: int) -> None:
    key = parse_vkey(PETER)
    note = Note(PETERS_TEXT, (Signature(key.name, key.key_id, bytes(length)),))
    assert check(note, key) is Outcome.BAD


def test_a_cosignature_is_no_plain_signature() -> None:
    witness = a_key("w", algorithm=0x04)
    assert check(a_note(witnesses=[witness]), witness.key) is Outcome.UNSUPPORTED


def test_a_signer_signs_what_its_key_checks() -> None:
    key = a_key()
    assert check(a_note(logs=[key]), key.key) is Outcome.GOOD


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "has no signature lines after an empty line"),
        (b"\n\n", "has no signature lines after an empty line"),
        (PETERS_TEXT.encode(), "has no signature lines after an empty line"),
        (peters(), "has no signature lines after an empty line"),
        (peters(PETERS_LINE[:-1]), "has no signature lines after an empty line"),
        (b"\x01" + peters(PETERS_LINE), r"has the control character '\x01'"),
        (peters(PETERS_LINE).replace(b"problem,\n", b"problem,\r\n"), r"has the control"),
        (peters(PETERS_LINE.replace(" x08", "\tx08")), r"has the control character '\t'"),
        (b"\xff" + peters(PETERS_LINE), "is not UTF-8 at byte 0"),
        (b"\xed\xa0\x80" + peters(PETERS_LINE), "is not UTF-8 at byte 0"),
        (peters(PETERS_LINE, "Unexpected line.\n"), "signature line 2 does not begin with"),
        (peters("- a AAAAAAA=\n"), "signature line 1 does not begin with a dash"),
        (peters("—  AAAAAAA=\n"), "signature line 1 does not begin with a dash"),
        (peters("— a\u00a0b AAAAAAA=\n"), "signature line 1 does not begin with a dash"),
        (peters("— a\u3000b AAAAAAA=\n"), "signature line 1 does not begin with a dash"),
        (peters("— a+b AAAAAAA=\n"), "signature line 1 does not begin with a dash"),
        (peters("— a\n"), "signature line 1 is not base64 in its one canonical form"),
        (peters("— a b AAAAAAA=\n"), "signature line 1 is not base64"),
        (peters("— a AAAAAAA\n"), "signature line 1 is not base64"),
        (peters("— a AAAAAAA==\n"), "signature line 1 is not base64"),
        (peters("— a AAAAAAB=\n"), "signature line 1 is not base64 in its one canonical form"),
        (peters("— a AAAA_AA=\n"), "signature line 1 is not base64"),
        (peters("— a AAAAAAA= \n"), "signature line 1 is not base64"),
        (peters("— a ÄAAAAAA=\n"), "signature line 1 is not base64"),
        (peters("— a AAAAAA==\n"), "signature line 1 is too short"),
        (peters(PETERS_LINE * 101), "has more than 100 signatures"),
        (b"a" * (LARGEST_NOTE + 1), "has more than 1048576 bytes"),
    ],
)
def test_what_is_no_note_is_refused_with_its_place(data: bytes, message: str) -> None:
    said = refusal(data)
    assert said.startswith("the file")
    assert message in said


def test_a_hundred_signatures_are_read() -> None:
    assert len(parse_note(peters(PETERS_LINE * 100)).signatures) == 100


@pytest.mark.parametrize(
    "data",
    [
        b"\n" * LARGEST_NOTE,
        b"a" * LARGEST_NOTE,
        b"\n\n" + "— a ".encode() + b"A" * (LARGEST_NOTE - 9) + b"\n",
        b"\n\n" + "— ".encode() + b"a" * (LARGEST_NOTE - 7) + b"\n",
        b"\n\n" + "— \n".encode() * (LARGEST_NOTE // 6),
        b"\n\n" + b" " * (LARGEST_NOTE - 3) + b"\n",
    ],
    ids=["newlines", "no newline", "base64", "name", "lines", "spaces"],
)
def test_the_largest_hostile_notes_are_refused(data: bytes) -> None:
    refusal(data)


@given(NOTES)
def test_a_note_is_read_as_it_was_written(note: Note) -> None:
    assert parse_note(note.encode()) == note


@given(st.binary() | st.binary().map(lambda data: b"a\n\n" + "— k ".encode() + data + b"\n"))
def test_any_bytes_are_a_note_with_one_spelling_or_refused(data: bytes) -> None:
    with suppress(FormatError):
        assert parse_note(data).encode() == data


@given(st.data())
def test_a_note_with_a_byte_changed_is_refused_or_not_good(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(EXAMPLE) - 1))
    value = data.draw(st.integers(0, 255).filter(lambda each: each != EXAMPLE[at]))
    with suppress(FormatError):
        changed = EXAMPLE[:at] + bytes([value]) + EXAMPLE[at + 1 :]
        assert outcome(changed, EXAMPLE_KEY) is not Outcome.GOOD


@pytest.mark.parametrize("text", ["", "no newline", "a\rb\n", "\ud800\n"])
def test_a_note_cannot_be_made_of_what_could_not_be_read(text: str) -> None:
    with pytest.raises(ValueError, match="the text of a note"):
        Note(text, ())


@pytest.mark.parametrize(
    ("name", "key_id", "signature"),
    [("", b"1234", b"s"), ("a b", b"1234", b"s"), ("a", b"123", b"s"), ("a", b"1234", b"")],
)
def test_a_signature_cannot_be_made_of_what_could_not_be_read(
    name: str, key_id: bytes, signature: bytes
) -> None:
    with pytest.raises(ValueError, match=r"name of a key|4 bytes"):
        Signature(name, key_id, signature)
