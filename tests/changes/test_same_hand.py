"""By what two identities may be one hand, and that nothing says so of any others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.base.commit import Ident
from affidavit.changes.people import People, Who
from affidavit.changes.same_hand import first_alike, likeness, same_hand
from affidavit.provenance.model import Party, PartyKind

ANN = Ident("Ann Quill", "ann@one.mail")
EMMA = Ident("emma", "ann@one.mail")
OTHER = Ident("emma", "other@two.mail")
NOREPLY = "@users.noreply.github.com"


def people(*met: Ident) -> People:
    return People(lambda _: Party(PartyKind.PERSON), met=met)


def who(name: str, email: str) -> Who:
    return people().who(Ident(name, email))


@pytest.mark.parametrize(
    ("one", "other", "clause"),
    [
        (("Ann", f"7+ann{NOREPLY}"), ("B", f"7+bea{NOREPLY}"), "both accounts have one number"),
        (
            ("A", "quill@one.mail"),
            ("B", "quill@two.mail"),
            'a name, an account or an address of each comes to "quill"',
        ),
        (("Ann Quill", "x@one.mail"), ("aquill", "y@two.mail"), '"aquill" abbreviates a name'),
        (
            ("Ann", "x@one.mail"),
            ("Ann Quill", "y@two.mail"),
            'one name begins with the other, "ann"',
        ),
        (("Ann", "x@one.mail"), ("Bea", "y@two.mail"), ""),
    ],
)
def test_it_is_told_by_what_two_may_be_one(
    one: tuple[str, str], other: tuple[str, str], clause: str
) -> None:
    assert likeness(who(*one), who(*other)) == likeness(who(*other), who(*one)) == clause


def test_a_name_that_both_were_typed_with_is_told() -> None:
    known = people(EMMA, OTHER)
    clause = likeness(known.who(ANN), known.who(Ident("Oz", "other@two.mail")))
    assert clause == 'both were typed as "emma" somewhere'


def test_what_is_told_is_short_and_without_controls() -> None:
    hostile = "\x1b[2J" + "x" * 5_000
    known = people(Ident(hostile, "a@one.mail"), Ident(hostile, "b@two.mail"))
    clause = likeness(known.who(Ident("A", "a@one.mail")), known.who(Ident("B", "b@two.mail")))
    assert len(clause) < 200
    assert "\x1b" not in clause


TEXTS = st.text(st.sampled_from("aAb 7+@.é"), max_size=8)
IDENTS = st.builds(Ident, TEXTS, st.one_of(TEXTS, TEXTS.map(lambda text: text + NOREPLY)))


@given(IDENTS, IDENTS)
def test_whenever_two_may_be_one_it_is_told_why(one: Ident, other: Ident) -> None:
    known = people(one, other)
    first, second = known.who(one), known.who(other)
    if same_hand(first, second) is None:
        assert likeness(first, second)


def test_the_first_who_is_or_may_be_is_found() -> None:
    ann, may_be, other = (
        people().who(one) for one in (ANN, Ident("A", "annquill@two.mail"), OTHER)
    )
    assert first_alike((other, may_be, ann), ann, sure=True) is ann
    assert first_alike((other, may_be, ann), ann, sure=False) is may_be
    assert first_alike((other,), ann, sure=False) is None
