"""What a control test has to say of each item, by one plain function per test over the truth.

Nothing here comes from the rooms that judge.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from oracle_people import counted, enough, is_agent, is_unprompted, person_of
from oracle_reviews import covering, excused, in_time, labels, retrospective
from truth import DAY, MAIN, Change, Gate, Organisation

if TYPE_CHECKING:
    from collections.abc import Callable

PASS, DEVIATION, NA, UNKNOWN = "pass", "deviation", "na", "unknown"
Found = dict[tuple[str, str], str]
"""Results by test and item."""
ANSWERS = {True: PASS, False: DEVIATION, None: UNKNOWN}
BUCKETS = {"low": 0.1, "medium": 4.0, "high": 7.0, "critical": 9.0}


def expected(org: Organisation) -> Found:
    """The result of every item of every test that is in scope."""
    found: Found = {}
    names = items(org)
    for change in org.changes:
        if change.inside:
            for test, judge in CHANGES.items():
                found[test, names[id(change)]] = judge(org, change)
    found |= rewriting(org) | deployments(org, found) | days(org) | rare(org)
    return {key: result for key, result in found.items() if key[0] in org.criteria.scope}


def items(org: Organisation) -> dict[int, str]:
    """The id of each change: the day of its oldest landing, and its place in that day."""
    seen: dict[str, int] = {}
    found: dict[int, str] = {}
    for change in org.changes:
        for number, landing in enumerate(change.landings):
            day = _day(landing.at)
            seen[day] = seen.get(day, 0) + 1
            if number == 0:
                found[id(change)] = f"CHG-{day}-{seen[day]:03}"
    return found


def _day(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).date().isoformat()


def source_missing(_: Organisation, __: Change) -> str:
    """02, 09, 14: there is no tracker."""
    return UNKNOWN


def merged_alone(org: Organisation, change: Change) -> str:
    """01: it came by a merged request, and the forge merged it."""
    if change.request is None:
        return DEVIATION
    pushes = org.pushed.get(change.landings[-1].mark, [])
    kinds = {one.kind for one in pushes if one.ref == MAIN}
    if kinds & {"push", "force_push"}:
        return DEVIATION
    made = change.request.signed or kinds & {"pr_merge", "merge_queue_merge"}
    return PASS if made else UNKNOWN


def rewriting(org: Organisation) -> Found:
    """01: nobody forced or deleted the branch."""
    return {
        ("AFF-CC8.1-01", f"push:{one.number}"): DEVIATION
        for one in org.pushes
        if one.ref == MAIN and one.kind in ("force_push", "branch_deletion")
    }


def reviewed(org: Organisation, change: Change) -> str:
    """03: enough persons outside the authors approved, and stood by it."""
    found = enough(org, change, len(counted(org, change)))
    return NA if not found and excused(org, change) else ANSWERS[found]


def on_the_head(org: Organisation, change: Change) -> str:
    """04: they approved what was merged, before it was."""
    if enough(org, change, len(counted(org, change))) is False:
        return NA
    sure, perhaps = covering(org, change)
    found = enough(org, change, sure)
    if found is False and enough(org, change, perhaps) is not False:
        found = None
    return NA if not found and excused(org, change) else ANSWERS[found]


def tested(org: Organisation, change: Change) -> str:
    """05: every check asked for succeeded on the head before the merge."""
    gate = org.gate_at(change.at)
    asked: list[tuple[str, int | None]] = [
        (name, None) for names in org.criteria.checks for name in names
    ]
    known = any(_day(at) == _day(change.at) for at in org.snapshots)
    # Versions of a ruleset are known without a snapshot; what else is required is not.
    if gate.active and (known or not org.classic):
        asked += gate.checks
    if not all(_succeeded(org, change, name, app) for name, app in asked):
        return DEVIATION
    return PASS if known else UNKNOWN


def _succeeded(org: Organisation, change: Change, name: str, app: int | None) -> bool:
    """Whether the newest run on what a merge queue tested, else on the head, succeeded in time."""
    group = change.landings if change.method == "queue" else []
    places = [org.runs.get(one.mark, []) for one in (*group, change.head)]
    asked = [
        [one for one in runs if one.name == name and app in (None, one.app)] for runs in places
    ]
    own = next((runs for runs in asked if runs), [])
    ended = [
        (run.completed, run.number, run.conclusion)
        for run in own
        if run.completed is not None and run.completed < change.at
    ]
    return bool(ended) and max(ended)[2] == "success"


def scanned(org: Organisation, change: Change) -> str:
    """06: a pinned scanner looked at the head, and nothing is open at the threshold."""
    about = [one for one in change.about if one.tree == change.head.tree]
    scans = {place: scan for one in about for place, scan in org.scanned.get(one.mark, [])}
    newest = {scans[place].tool: scans[place] for place in sorted(scans)}
    limit = BUCKETS[org.criteria.threshold]
    fine = [
        one.pinned and one.successful and not any(each >= limit for each in one.findings)
        for one in newest.values()
    ]
    return PASS if fine and all(fine) else DEVIATION


def attributed(org: Organisation, change: Change) -> str:
    """07: agent, model, session and prompt of an AI change are known."""
    signals = [one.signal for one in change.commits if one.signal]
    if not signals:
        opener = change.request.opener if change.request else None
        return DEVIATION if opener and is_agent(org, opener) else NA
    receipts = [each for one in change.about for each in org.received.get(one.mark, [])]
    models = [one.model for one in signals] + [one.model for one in receipts]
    sessions = [one.session for one in signals] + [one.session for one in receipts]
    told = any(models) and any(sessions) and any(one.prompt for one in receipts)
    return PASS if told else DEVIATION


def stated(org: Organisation, change: Change) -> str:
    """08: somebody whose approval counts ticked that they looked at AI code."""
    if not any(one.signal for one in change.commits):
        return NA
    persons = counted(org, change)
    wanted = _plain(org.criteria.statement)
    ticked = [
        text
        for review in (change.request.reviews if change.request else ())
        for text, checked in review.boxes
        if checked
        and person_of(org, review.account) in persons
        # A box that is ticked afterwards tells nothing of the review.
        and in_time(org, change, review.at)
    ]
    if wanted not in map(_plain, ticked):
        return DEVIATION
    # The only one who approved may be who prompted it.
    return UNKNOWN if is_unprompted(org, change) and len(persons) < 2 else PASS


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def emergency(org: Organisation, change: Change) -> str:
    """11: an emergency was declared in time by somebody entitled, and approved soon."""
    if not labels(org, change):
        return NA
    return ANSWERS[retrospective(org, change)] if excused(org, change) else DEVIATION


def rare(org: Organisation) -> Found:
    """11: emergencies are an exception."""
    inside = [one for one in org.changes if one.inside]
    called = [one for one in inside if labels(org, one)]
    if len(called) * 10 <= len(inside):
        return {}
    return {("AFF-CC8.1-11", "emergencies"): DEVIATION}


def decided(org: Organisation, change: Change) -> str:
    """13: a policy decided for it. That the same comes out again nobody can tell yet."""
    every = [each for one in change.about for each in org.decided.get(one.mark, [])]
    about = [one for one in every if one.policy]
    return UNKNOWN if about and about[-1].result == "PASSED" else DEVIATION


def deployments(org: Organisation, found: Found) -> Found:
    """10: what runs in production is a change as it should be, brought there by no agent."""
    names = items(org)
    landed = {one.mark: change for change in org.changes for one in change.landings}
    results: Found = {}
    for one in org.deployments:
        if one.environment not in org.criteria.production or one.state != "success":
            continue
        change = landed.get(one.commit.mark)
        answers = {DEVIATION if change is None else PASS}
        if one.creator is None:
            answers.add(UNKNOWN)
        elif is_agent(org, one.creator):
            answers.add(DEVIATION)
        if change is not None:
            tests = [f"AFF-CC8.1-{number:02}" for number in range(1, 7)]
            asked = [test for test in tests if test in org.criteria.scope]
            name = names[id(change)]
            answers |= {found.get((test, name), UNKNOWN) for test in asked}
            left = {found.get((test, name)) for test in asked if test[-2:] in ("03", "04")}
            if excused(org, change) and NA in left:
                answers.add(found["AFF-CC8.1-11", name])
        results["AFF-CC8.1-10", f"deployment:{one.number}"] = _worst(answers)
    return results


def _worst(answers: set[str]) -> str:
    return next((one for one in (DEVIATION, UNKNOWN) if one in answers), PASS)


def days(org: Organisation) -> Found:
    """12: the rules were as agreed on every day."""
    found: Found = {}
    for start in range(org.start, org.end, DAY):
        snapshots = [at for at in org.snapshots if start <= at < start + DAY]
        if org.classic:
            gates = [org.gate_at(at) for at in snapshots]
        else:
            gates = [org.gate_at(start)]
            gates += [gate for since, gate in org.gates if start <= since < start + DAY]
        weak = any(_weaker(gate, org.criteria.gate) for gate in gates)
        # Classic protection may make up for a ruleset; only a snapshot tells whether it was there.
        known = bool(snapshots) or not (weak or org.classic)
        result = DEVIATION if weak else PASS
        found["AFF-CC8.1-12", f"main {_day(start)}"] = result if known else UNKNOWN
    return found


def _weaker(gate: Gate, least: Gate) -> bool:
    names = {name for name, _ in gate.checks}
    asked = {name for name, _ in least.checks if name != "lint"}
    return (
        not gate.active
        or gate.approvals < least.approvals
        or not asked <= names
        or gate.bypass
        or gate.force_pushes
        or (least.dismiss_stale and not gate.dismiss_stale)
        or (least.code_owners and not gate.code_owners)
        or (least.last_push and not gate.last_push)
    )


CHANGES: dict[str, Callable[[Organisation, Change], str]] = {
    "AFF-CC8.1-01": merged_alone,
    "AFF-CC8.1-02": source_missing,
    "AFF-CC8.1-03": reviewed,
    "AFF-CC8.1-04": on_the_head,
    "AFF-CC8.1-05": tested,
    "AFF-CC8.1-06": scanned,
    "AFF-CC8.1-07": attributed,
    "AFF-CC8.1-08": stated,
    "AFF-CC8.1-09": source_missing,
    "AFF-CC8.1-11": emergency,
    "AFF-CC8.1-13": decided,
    "AFF-CC8.1-14": source_missing,
}
