"""The control tests that exist: what each asks, and of which population."""

from __future__ import annotations

import msgspec

CHANGES = "changes that landed"
DEPLOYMENTS = "deployments to production"
DAYS = "days of each audited branch"
PUSHED = "changes that landed, and pushes that rewrote an audited branch"


class ControlTest(msgspec.Struct, frozen=True):
    """A test: its id, what it asks in one sentence, and its population."""

    id: str
    title: str
    population: str


CC8_1 = (
    ControlTest("AFF-CC8.1-01", "Came onto the branch by a merged request alone", PUSHED),
    ControlTest("AFF-CC8.1-02", "Authorised by a work item before it began", CHANGES),
    ControlTest("AFF-CC8.1-03", "Reviewed by enough persons outside its authors", CHANGES),
    ControlTest("AFF-CC8.1-04", "Approved on the merged head, before the merge", CHANGES),
    ControlTest("AFF-CC8.1-05", "Tested: the checks succeeded on the merged head", CHANGES),
    ControlTest("AFF-CC8.1-06", "Scanned, with nothing open at the threshold", CHANGES),
    ControlTest("AFF-CC8.1-07", "AI attribution is complete", CHANGES),
    ControlTest(
        "AFF-CC8.1-08", "Reviewed in the knowledge that it is AI code, by statement", CHANGES
    ),
    ControlTest("AFF-CC8.1-09", "The work went through its stages in order", CHANGES),
    ControlTest("AFF-CC8.1-10", "What was deployed traces to a tested change", DEPLOYMENTS),
    ControlTest("AFF-CC8.1-11", "An emergency was declared at the time and approved soon", CHANGES),
    ControlTest("AFF-CC8.1-12", "The rules of the branch were never weaker than agreed", DAYS),
    ControlTest("AFF-CC8.1-13", "A policy decision is recorded and can be repeated", CHANGES),
    ControlTest("AFF-CC8.1-14", "A failed change has a fix or a revert, and a cause", CHANGES),
)
"""The tests of CC8.1, in the order of their numbers."""
IDS = tuple(one.id for one in CC8_1)
