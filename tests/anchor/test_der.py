"""Only DER is read, and its elements are put in order without anything else being changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stamps import good
from tsa import number, oid, sequence, wrapped

from affidavit.app.anchor.der import MOST, OID, SEQUENCE, tags, whole
from affidavit.app.anchor.token import ordered, token_of
from affidavit.base.errors import FormatError


@given(st.binary(max_size=70_000))
def test_an_element_of_any_size_is_read_as_it_was_written(content: bytes) -> None:
    found = whole(wrapped(4, content))
    assert (found.tag, found.value, found.whole) == (4, content, wrapped(4, content))


@given(st.lists(st.integers(0, 1 << 80), max_size=20))
def test_elements_are_read_in_their_order(numbers: list[int]) -> None:
    below = whole(sequence(*map(number, numbers))).below()
    assert [int.from_bytes(one.value) for one in below] == numbers


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30",
        b"\x30\x01",
        b"\x30\x80\x00\x00",
        b"\x30\x81\x00",
        b"\x30\x81\x7f" + bytes(127),
        b"\x30\x82\x00\x80" + bytes(128),
        b"\x30\x85\x00\x00\x00\x00\x01\x00",
        b"\x30\x82\x01",
        b"\x1f\x01\x00",
        b"\xbf\x20\x00",
        b"\x30\x00\x00",
    ],
)
def test_what_is_not_der_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        whole(data)


def test_too_many_elements_are_refused() -> None:
    assert len(whole(sequence(*[b"\x05\x00"] * MOST)).below()) == MOST
    with pytest.raises(FormatError, match="more than 1,000 elements"):
        whole(sequence(*[b"\x05\x00"] * (MOST + 1))).below()


def test_other_tags_and_fewer_elements_are_refused() -> None:
    below = whole(sequence(oid("1.2.3"))).below()
    assert tags(below, OID) == below
    for expected in ((SEQUENCE,), (OID, OID)):
        with pytest.raises(FormatError):
            tags(below, *expected)


def test_a_token_in_order_stays_as_it_is() -> None:
    answer = good().answer()
    assert ordered(answer) == answer
    without = good().but(brought=False).answer()
    assert ordered(without) == without


def test_the_certificates_are_put_in_order_and_nothing_else_is_changed() -> None:
    odd = good().but(unsorted=True).answer()
    fixed = ordered(odd)
    before, after = token_of(odd), token_of(fixed)
    assert before is not None
    assert after is not None
    assert list(after.certificates) == sorted(before.certificates)
    assert after.certificates == before.certificates[::-1]
    block = b"".join(before.certificates)
    at = odd.index(block)
    assert fixed == odd[:at] + b"".join(after.certificates) + odd[at + len(block) :]
