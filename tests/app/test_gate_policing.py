"""The policy that the gate asks runs where it can be ended."""

from __future__ import annotations

from affidavit.app.gate.policing import Policing, decided
from policy_inputs import policy_input
from rego_bundles import LOOP, a_bundle


def test_a_policy_of_the_base_that_takes_too_much_is_ended_and_decides_nothing() -> None:
    found = decided(Policing(bundle=a_bundle(LOOP)), policy_input())
    assert found is not None
    assert (found.allowed, found.undecided, found.error) == (
        False,
        True,
        "limit: the policy needs too much memory, or calls itself too deep",
    )
