from __future__ import annotations

import pytest

from affidavit.base.commit import Ident
from affidavit.changes.identities import identities
from affidavit.identity.entries import PersonEntry, ServiceEntry
from affidavit.provenance.model import PartyKind


def test_every_address_leads_to_its_declaration() -> None:
    found = identities(
        (PersonEntry("Ann", ("Ann@x.example", "a@y.example")),),
        (ServiceEntry("helper", ("h@x.example",), "ann@x.example"),),
        (ServiceEntry("builder", ("b@x.example",)),),
    )
    told = {email: (one.name, one.kind, one.owner) for email, one in found.entries.items()}
    assert told == {
        "ann@x.example": ("Ann", PartyKind.PERSON, None),
        "a@y.example": ("Ann", PartyKind.PERSON, None),
        "h@x.example": ("helper", PartyKind.AGENT, "ann@x.example"),
        "b@x.example": ("builder", PartyKind.BOT, None),
    }
    assert found.entries["ann@x.example"] == found.entries["a@y.example"]


def test_case_of_an_address_does_not_matter_and_the_name_is_not_looked_at() -> None:
    found = identities((PersonEntry("Ann", ("Ann@X.example",)),), (), ())
    assert found.get(Ident("Whoever", "aNN@x.EXAMPLE")) == found.entries["ann@x.example"]
    assert found.get(Ident("Ann", "other@x.example")) is None


@pytest.mark.parametrize(
    "typed",
    ["007+ann@users.noreply.github.com", " 7+Ann@users.noreply.github.com\u200b", "<7+ann@users"],
)
def test_an_address_typed_a_little_differently_leads_there_too(typed: str) -> None:
    entry = PersonEntry("Ann", ("07+ann@users.noreply.github.com", "7+ann@users"))
    found = identities((entry,), (), ())
    assert found.get(Ident("Ann", typed)) is not None
    assert found.get(Ident("Ann", "70+ann@users.noreply.github.com")) is None


def test_the_last_entry_of_an_address_counts() -> None:
    found = identities(
        (PersonEntry("Ann", ("a@x.example",)), PersonEntry("Bea", ("a@x.example",))),
        (),
        (),
    )
    assert found.entries["a@x.example"].name == "Bea"


def test_a_person_and_a_bot_of_one_name_are_not_one() -> None:
    found = identities(
        (PersonEntry("Sam", ("sam@x.example",)),),
        (),
        (ServiceEntry("Sam", ("bot@x.example",)),),
    )
    keys = {one.key for one in found.entries.values()}
    assert len(keys) == len(found.entries)
