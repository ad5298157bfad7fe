"""With which key a signed rejection is taken back: the same, or one that is proven."""

from __future__ import annotations

import msgspec
import pytest
from test_rejected import rejection
from test_sworn import approval

from affidavit.base.commit import Ident
from affidavit.changes.approval.model import Strength
from affidavit.changes.people import People
from affidavit.changes.rejected import Said, standing_rejection
from affidavit.provenance.model import Party, PartyKind

BEN = People(lambda _: Party(PartyKind.PERSON)).who(Ident("Ben Ode", "ben.ode@firm.mail"))
EARLY = "2026-03-02T09:00:00Z"


@pytest.mark.parametrize(
    ("key", "strength", "stands"),
    [
        ("another key", Strength.SOFTWARE, False),
        ("a third", Strength.SOFTWARE, True),
        ("a third", Strength.UNPROVEN_ENROLMENT, True),
        ("a third", Strength.PROVEN, False),
    ],
)
def test_a_rejection_is_taken_back_with_the_same_key_or_a_proven_one(
    key: str, strength: Strength, *, stands: bool
) -> None:
    against = rejection(asserted_at=EARLY, time=EARLY)
    made = approval("ben.ode@firm.mail", strength)
    later = msgspec.structs.replace(made, fingerprint=f"SHA256:{key}")
    said = (Said(against, BEN), Said(later, BEN))
    assert bool(standing_rejection(said, None)) is stands
