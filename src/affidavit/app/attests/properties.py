"""Properties of a landing, each found to hold by evidence or not listed; see docs/attest.md."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.attests.checked import Outcome, before, ran, summed
from affidavit.app.attests.model import Finding
from affidavit.app.attests.tested import authors, merged_head, unrecorded
from affidavit.changes.forge.approvals import Answer as Answered
from affidavit.changes.forge.judged import ForgeReview
from affidavit.changes.gated import GateState
from affidavit.changes.model import Grade, Proof
from affidavit.changes.record.lacking import NO_FORGE, earlier
from affidavit.changes.record.tested import tested as tests_of
from affidavit.changes.sworn import Sworn
from affidavit.provenance.attributed import is_named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from affidavit.app.attests.landing import Judged
    from affidavit.changes.forge.model import Checks
    from affidavit.changes.gated import Gated
    from affidavit.changes.record.material import Told
    from affidavit.provenance.model import Claim

_SHOWN = (Grade.R2, Grade.R3, Grade.R4)
_APPROVED = (Grade.R3, Grade.R4)
_QUEUED = "merge_group"
"""The event that runs checks on what a merge queue is about to land."""
_SCANS = "scan.reported.v1"
_TESTS = "test.reported.v1"

Answer = tuple[bool, str]
"""Whether a property holds, and why or why not."""


def findings(judged: Judged) -> tuple[Finding, ...]:
    """Every property in the order of its name, held by the evidence for it alone."""
    each = ((name, ask(judged)) for name, ask in sorted(PROPERTIES.items()))
    return tuple(Finding(name=name, holds=holds, why=why) for name, (holds, why) in each)


def gate_of(judged: Judged) -> Gated | None:
    """What became of the landing at the gate; None where its base asks for none."""
    sworn = judged.landing.sworn
    return sworn.gate if isinstance(sworn, Sworn) else None


def _unread(judged: Judged) -> str | None:
    """Why a review that later took something back may be missing; None where none can be."""
    records = judged.found.records
    if records is None or not isinstance(judged.landing.forge, ForgeReview):
        return None
    return records.absent.get("pull_requests")


def _graded(judged: Judged, grades: tuple[Grade, ...]) -> Answer:
    """Whether the grade is one of `grades`, by records that are whole."""
    grade, why = judged.landing.review.grade, _unread(judged)
    if grade in grades and why is not None:
        return False, why
    return grade in grades, f"the review grade is {grade}"


def _reviewer_shown(judged: Judged) -> Answer:
    return _graded(judged, _SHOWN)


def _approved(judged: Judged) -> Answer:
    holds, why = _graded(judged, _APPROVED)
    grade, forge = judged.landing.review.grade, judged.landing.forge
    if holds and isinstance(forge, ForgeReview) and forge.reviewed:
        return True, f"{grade}: {forge.counting} of {forge.needed} persons by the forge's record"
    return holds, why


def _approved_by_proven_key(judged: Judged) -> Answer:
    return _graded(judged, (Grade.R4,))


def _request_merged(judged: Judged) -> Answer:
    pull = judged.landing.pull_request
    if pull is None:
        return False, "no request is known of it"
    return pull.proof is Proof.RECORDED, f"request #{pull.number}: {pull.proof}"


def _checks_succeeded(judged: Judged) -> Answer:
    """By what ran on the merged head until the merge."""
    forge, request, head = judged.material.forge, judged.material.request, merged_head(judged)
    if forge is None:
        return False, NO_FORGE
    if request is None or head is None:
        return False, "what was merged is not known"
    merged = request.data.merged_at
    kept = [one for one in forge.checks if one.data.commit in (head.commit, judged.named.commit)]
    found = [_asked_of(one.data, head.commit) for one in kept]
    wrote = authors(judged.material)
    runs = [run for one in found for run in ran(before(one, merged), wrote, merged)]
    gaps = [f"{one.name} had not surely ended before the merge" for one in runs if not one.before]
    gaps += [f"the forge did not tell all: {each.what}" for one in found for each in one.missing]
    gaps += unrecorded(judged, frozenset((head.commit, judged.named.commit)))
    if any(earlier(merged, one.origin.fetched_at) is not Answered.YES for one in kept):
        gaps.append("what ran was collected before the merge")
    sum_ = summed(runs, gaps)
    return sum_.result is Outcome.PASSED, sum_.why


def _asked_of(checks: Checks, head: str) -> Checks:
    """What of it ran on the merged head, or on the commit of the merge queue that landed."""
    if checks.commit == head:
        return checks
    queued = tuple(one for one in checks.runs if one.event == _QUEUED)
    return msgspec.structs.replace(checks, runs=queued, statuses=())


def _tests_passed(judged: Judged) -> Answer:
    if judged.unbelieved:
        return False, judged.unbelieved[0]
    reading = tests_of(judged.material)
    if reading.why is not None:
        return False, reading.why
    here = _recorded(judged, _TESTS)
    if not here:
        return False, "no report of tests of it is recorded"
    if reading.value == 1 and (own := _own_word(here)):
        return False, own
    entries = ", ".join(str(one.index) for one in here)
    return reading.value == 1, f"reports of tests in ledger entries {entries}"


def _scan_clean(judged: Judged) -> Answer:
    material = judged.material
    if judged.unbelieved:
        return False, judged.unbelieved[0]
    if material.ledger is None:
        return False, "no ledger was given"
    if material.untold:
        return False, "the ledger has more facts about it than are told"
    here = _recorded(judged, _SCANS)
    told = ", ".join(f"{one.index}: {one.outcome}" for one in here)
    if not here:
        return False, "no scan of it is recorded"
    clean = all(one.outcome == "clean" for one in here)
    if clean and (own := _own_word(here)):
        return False, own
    return clean, f"scans in ledger entries {told}"


def _own_word(here: Sequence[Told]) -> str | None:
    """That all that went well is said by the agent that made the change; None where not all is."""
    if not all(one.independent is False for one in here):
        return None
    first, more = here[0].index, len(here) - 1
    others = f", and {more:,} more are" if more else ""
    return f"entry {first} is the word of the agent that made the change{others}"


def _recorded(judged: Judged, kind: str) -> list[Told]:
    """The entries of the ledger of that kind about the landing or the merged head."""
    head = merged_head(judged)
    commits = {judged.named.commit, *([head.commit] if head else [])}
    facts = judged.material.ledger or ()
    return [one for one in facts if one.kind == kind and one.commit in commits]


def _gate_allowed(judged: Judged) -> Answer:
    gate = gate_of(judged)
    if gate is None:
        return False, "its base asks for no gate"
    return gate.state is GateState.ALLOWED, gate.why


def _ai_attributed(judged: Judged) -> Answer:
    landing = judged.landing
    claims = landing.deciding
    if not landing.ai or not claims:
        return False, "no claim says that an agent wrote it"
    if landing.unrefined:
        return False, "the commits behind it are not here"
    by_commit: dict[str, list[Claim]] = {}
    for one in claims:
        by_commit.setdefault(one.commit, []).append(one)
    lacking = [commit[:12] for commit, each in by_commit.items() if not is_named(each)]
    if lacking:
        return False, f"agent, model or session is not named by {', '.join(lacking[:5])}"
    return True, f"agent, model and session are named by {len(by_commit)} commits"


PROPERTIES: Mapping[str, Callable[[Judged], Answer]] = MappingProxyType(
    {
        "AI_ATTRIBUTED": _ai_attributed,
        "APPROVED": _approved,
        "APPROVED_BY_PROVEN_KEY": _approved_by_proven_key,
        "CHECKS_SUCCEEDED": _checks_succeeded,
        "GATE_ALLOWED": _gate_allowed,
        "REQUEST_MERGED": _request_merged,
        "REVIEWER_SHOWN": _reviewer_shown,
        "SCAN_CLEAN": _scan_clean,
        "TESTS_PASSED": _tests_passed,
    }
)
"""What is asked of a landing, by name."""
