"""Receipts that somebody changed: whatever is changed, the receipt never verifies again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affidavit.app.receipts.commits import Named
from affidavit.app.receipts.file import ReceiptFile, parse_receipt
from affidavit.app.receipts.logged import issued, logged
from affidavit.app.receipts.predicate import AI_AUTHORSHIP
from affidavit.app.receipts.verifying import Asked
from affidavit.base.errors import FormatError
from affidavit.ledger.dsse import Envelope, Signed, signed_envelope
from affidavit.ledger.entry import Subject
from affidavit.ledger.note import SigningKey
from affidavit.ledger.statement import commit_and_tree, statement_of
from affidavit.verify.result import Status
from receipts import ORIGIN, a_ledger, a_receipt, log_key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.ledger.dsse import Json
    from gitrepo import Repo
    from receipts import Made

    Object = dict[str, Json]


@pytest.fixture
def made(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    repo.commit("One")
    return a_receipt(a_ledger(tmp_path, monkeypatch), repo, tmp_path)


def verifies(made: Made, data: bytes, asked: Asked | None = None) -> bool:
    result = made.changed(data, asked)
    return result is not None and result.status is Status.VERIFIED


def leaves(value: Json, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The places of all that is in `value`: objects and lists too."""
    if place:
        yield place
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*place, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from leaves(item, (*place, number))


def others(value: Json) -> list[Json]:
    """Values that `value` could be changed to."""
    if isinstance(value, str):
        found: list[Json] = [
            value + "0", value[:-1], value[1:], value.swapcase(), "0" * len(value), "", 1, None
        ]  # fmt: skip
        found.append(value[:-1] + chr(ord(value[-1]) ^ 1))
    elif isinstance(value, int):
        found = [value + 1, str(value), 0 if value else 1, True]
    elif isinstance(value, list):
        found = [[], value * 2, value[:-1], {}]
    else:
        found = [{}, None, {**cast("Object", value), "more": 1}]
    return [one for one in found if one != value]


def mutations(whole: Object) -> Iterator[tuple[str, Object]]:
    """`whole` with each part changed in each way, and with each part left out."""
    text = json.dumps(whole)
    for place in list(leaves(whole)):
        *above, last = place
        for new in [*others(at(whole, place)), ...]:
            copy = cast("Object", json.loads(text))
            parent = cast("dict[str | int, object]", at(copy, tuple(above)))
            if new is ...:
                del parent[last]
            else:
                parent[last] = new
            yield f"{place} {new!r}", copy


def at(value: Json, place: tuple[str | int, ...]) -> Json:
    for step in place:
        value = cast("dict[str | int, Json]", value)[step]
    return value


def receipt_of(made: Made) -> ReceiptFile:
    return parse_receipt(made.file.read_bytes())


def test_no_changed_part_of_the_file_verifies(made: Made) -> None:
    whole = cast("Object", json.loads(made.file.read_bytes()))
    survived = [
        what for what, each in mutations(whole) if verifies(made, json.dumps(each).encode())
    ]
    assert verifies(made, json.dumps(whole).encode())
    assert survived == []


def test_no_changed_field_of_the_statement_verifies(made: Made) -> None:
    receipt = receipt_of(made)
    payload = cast("Object", json.loads(receipt.envelope.payload))
    signatures = receipt.envelope.signatures
    survived = [
        what
        for what, each in mutations(payload)
        if verifies(made, with_envelope(receipt, json.dumps(each).encode(), signatures))
    ]
    assert survived == []


def with_envelope(receipt: ReceiptFile, payload: bytes, signatures: tuple[Signed, ...]) -> bytes:
    envelope = Envelope(receipt.envelope.payload_type, payload, signatures)
    return ReceiptFile(envelope=envelope, entry=receipt.entry, proof=receipt.proof).encode()


def test_no_changed_field_of_the_entry_verifies(made: Made) -> None:
    receipt = receipt_of(made)
    survived = [
        what
        for what, each in mutations(cast("Object", json.loads(receipt.entry)))
        if verifies(made, with_entry(receipt, json.dumps(each).encode()))
    ]
    assert survived == []


def test_of_a_statement_that_cannot_be_read_nothing_more_is_checked(made: Made) -> None:
    receipt = receipt_of(made)
    data = with_envelope(receipt, b"{}", receipt.envelope.signatures)
    result = made.changed(data, made.asked())
    assert result is not None
    assert {one.name: str(one.state) for one in result.checks} == {
        **dict.fromkeys(("signature", "statement", "entry"), "failed"),
        **dict.fromkeys(("inclusion", "checkpoint"), "held"),
        **dict.fromkeys(("subjects", "prompt"), "not checked"),
    }
    assert (result.commit, result.asserted) == (None, None)


def with_entry(receipt: ReceiptFile, entry: bytes) -> bytes:
    return ReceiptFile(envelope=receipt.envelope, entry=entry, proof=receipt.proof).encode()


@pytest.mark.parametrize(
    "body",
    [
        r'{"a":"\x"}',
        r'{"a":"\ud800"}',
        "[]",
        "[" * 9_000 + "]" * 9_000,
        '{"a":' * 9_000 + "1",
        "1e",
    ],
)
def test_an_entry_whose_body_makes_no_sense_fails(made: Made, body: str) -> None:
    receipt = receipt_of(made)
    before, found, after = receipt.entry.decode().partition('"body":{')
    entry = f'{before}"body":{body}{after[after.index("}") + 1 :]}'.encode()
    result = made.changed(with_entry(receipt, entry))
    assert found
    assert result is not None
    assert {one.name for one in result.checks if one.state == "failed"} == {"entry", "inclusion"}


def test_no_changed_line_of_the_proof_verifies(made: Made) -> None:
    receipt = receipt_of(made)
    lines = receipt.proof.decode().split("\n")
    changed = [
        "\n".join([*lines[:number], *new, *lines[number + 1 :]]).encode()
        for number, line in enumerate(lines)
        for new in ([], [line, line], [line + "0"], [line[:-1]], [line[::-1]])
        # A signature that stands there twice says nothing else.
        if new != [line] and not (line.startswith("\N{EM DASH}") and new == [line, line])
    ]
    survived = [
        one
        for one in changed
        if one != receipt.proof
        and verifies(
            made, ReceiptFile(envelope=receipt.envelope, entry=receipt.entry, proof=one).encode()
        )
    ]
    assert survived == []


def test_a_signature_of_nobody_known_below_the_checkpoint_is_passed_over(made: Made) -> None:
    """As C2SP signed-note asks: it could be of a witness that others know."""
    receipt = receipt_of(made)
    proof = receipt.proof + "\N{EM DASH} nobody.example AAAAAAA=\n".encode()
    more = ReceiptFile(envelope=receipt.envelope, entry=receipt.entry, proof=proof)
    assert verifies(made, more.encode())


def test_no_flipped_bit_of_the_file_verifies(made: Made) -> None:
    whole = made.file.read_bytes()
    survived = [
        index
        for index in range(len(whole))
        if verifies(
            made,
            whole[:index] + bytes([whole[index] ^ 1 << index % 8]) + whole[index + 1 :],
        )
    ]
    assert survived == []


def test_no_cut_end_of_the_file_verifies(made: Made) -> None:
    whole = made.file.read_bytes()
    cuts = range(0, len(whole) - 1, 7)
    assert [cut for cut in cuts if verifies(made, whole[:cut])] == []


def test_parts_of_two_honest_receipts_do_not_make_a_third(
    made: Made, repo: Repo, tmp_path: Path
) -> None:
    repo.commit("Two")
    folder = tmp_path / "other"
    folder.mkdir()
    one, two = receipt_of(made), receipt_of(a_receipt(made.ledger, repo, folder))
    mixed = [
        ReceiptFile(envelope=first.envelope, entry=second.entry, proof=third.proof)
        for first in (one, two)
        for second in (one, two)
        for third in (one, two)
    ]
    assert [verifies(made, each.encode()) for each in mixed] == [
        True, False, False, False, False, False, False, True,
    ]  # fmt: skip


def a_stranger(made: Made) -> SigningKey:
    """A key of somebody else under the name of the signer."""
    return SigningKey.from_secret(made.signer.split("+", 1)[0], b"\x01" * 32)


def test_a_statement_that_a_stranger_logged_under_the_signers_name_fails(made: Made) -> None:
    receipt = receipt_of(made)
    body = json.loads(receipt.envelope.payload)
    named = Named(*(next(iter(one["digest"].values())) for one in body["subject"]))
    payload = receipt.envelope.payload.replace(b"session-7", b"session-8")
    envelope = signed_envelope(payload, [a_stranger(made)])
    fact = issued(envelope, named, AI_AUTHORSHIP)
    _, forged = logged(made.ledger, fact, envelope)
    result = made.changed(forged.encode())
    assert result is not None
    assert {one.name for one in result.checks if one.state == "failed"} == {"signature"}


DIGEST = "sha256:" + "0" * 64
WRONG_FACTS = [
    ({"kind": "receipt.issued.v2"}, "the entry is of the kind 'receipt.issued.v2'"),
    ({"body": {"pae": DIGEST}}, "the entry names the digest of another statement"),
    ({"body": {"predicate_type": "x"}}, "the entry names another type of predicate"),
    ({"body": {"signer": "someone+00000000"}}, "the entry names another signer"),
    ({"subject": Subject(commit="1" * 40, tree="2" * 40)}, "the entry is about another commit"),
    ({"subject": None}, "the entry is about another commit or tree"),
    ({"blobs": ()}, "the entry names the digest of another envelope"),
]


@pytest.mark.parametrize(("change", "text"), WRONG_FACTS)
def test_an_entry_that_the_log_holds_and_that_records_something_else_fails(
    made: Made, change: dict[str, object], text: str
) -> None:
    """Whoever may append can have the log hold any entry: it must be about this statement."""
    receipt = receipt_of(made)
    statement = statement_of(receipt.envelope)
    named = Named(*commit_and_tree(statement))
    fact = issued(receipt.envelope, named, AI_AUTHORSHIP)
    body = {**fact.body, **cast("dict[str, object]", change.get("body", {}))}
    other = msgspec.structs.replace(fact, **{**change, "body": body, "id": None})
    _, forged = logged(made.ledger, other, receipt.envelope)
    result = made.changed(forged.encode())
    assert result is not None
    [failed] = [one for one in result.checks if one.state == "failed"]
    assert failed.name == "entry"
    assert failed.text.startswith(text)


def test_a_second_signature_that_is_bad_or_a_strangers_spoils_the_receipt(made: Made) -> None:
    receipt = receipt_of(made)
    stranger = a_stranger(made)
    more = Signed(str(stranger.key), stranger.sign(receipt.envelope.pae()))
    bad = Signed(receipt.envelope.signatures[0].keyid, bytes(64))
    for one in (more, bad):
        signatures = (*receipt.envelope.signatures, one)
        assert not verifies(made, with_envelope(receipt, receipt.envelope.payload, signatures))


def test_a_log_that_somebody_else_began_under_the_same_name_is_not_believed(
    made: Made, repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "forger"
    folder.mkdir()
    ledger = a_ledger(folder, monkeypatch, origin=ORIGIN)
    forged = a_receipt(ledger, repo, folder)
    assert log_key(ledger) != made.log
    result = made.changed(forged.file.read_bytes())
    assert result is not None
    states = {one.name: one.state for one in result.checks}
    assert (states["signature"], states["checkpoint"]) == ("failed", "not checked")
    assert result.status is Status.FAILED


def test_a_commit_whose_tree_is_another_fails_where_the_repository_is_given(
    made: Made, repo: Repo
) -> None:
    """Its signer can say so, and the log takes it in: only the repository shows it."""
    key = SigningKey.from_secret("liar.example", bytes(32))
    named = Named(made.commit, "4b825dc642cb6eb9a060e54bf8d69288fbee4904")
    payload = receipt_of(made).envelope.payload
    true_tree = statement_of(receipt_of(made).envelope).subjects[1].digest
    envelope = signed_envelope(payload.replace(true_tree.encode(), named.tree.encode()), [key])
    _, lie = logged(made.ledger, issued(envelope, named, AI_AUTHORSHIP), envelope)
    believed = Asked(
        trusted=made.trusting().trusted, signers=(key.key.encode(),), repository=repo.path
    )
    result = made.changed(lie.encode(), believed)
    assert result is not None
    assert {one.name for one in result.checks if one.state == "failed"} == {"subjects"}


@settings(max_examples=150)
@given(
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["entry", "envelope", "format", "proof", "a"]), inner, max_size=4
            )
        ),
        max_leaves=9,
    ).map(lambda value: json.dumps(value).encode())
)
def test_random_bytes_and_json_are_no_receipt(data: bytes) -> None:
    with pytest.raises(FormatError):
        parse_receipt(data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"[" * 100_000, "it is not JSON"),
        (b" " * ((4 << 20) + 1), "it has more than"),
        (
            b'{"entry":"e","envelope":{},"format":"affidavit/receipt@2","proof":"p"}',
            "it: the field",
        ),
        (b'{"entry":"e","envelope":{},"format":"affidavit/receipt@1","proof":"p"}', "it: envelope"),
    ],
)
def test_what_is_no_receipt_is_refused_in_one_sentence(data: bytes, message: str) -> None:
    with pytest.raises(FormatError) as refused:
        parse_receipt(data, place="it")
    assert refused.value.message.startswith(message)
