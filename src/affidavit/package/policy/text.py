"""Decisions, explanations, comparisons, replays and tests of policies for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.text import shortened, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.policy.answers import Comparison, Denied, Explanation, Replay, Tested
    from affidavit.policy.model import Decision, Reason

LONGEST = 300
"""Characters of a text from outside."""
LONGEST_VALUE = 80
LONGEST_LIST = 4_000


def word(decision: Decision) -> str:
    """What the decision comes to, in one word."""
    if decision.allowed:
        return "allowed"
    return "undecided" if decision.undecided else "refused"


def decided(decision: Decision) -> Iterator[str]:
    """A decision: what it is, by what, and each reason with what to do about it."""
    yield word(decision)
    if decision.tier is not None:
        yield f"tier: {_said(decision.tier)}"
    if decision.needs is not None:
        yield f"persons needed: {decision.needs}"
    yield f"by {_said(decision.engine)}"
    yield f"bundle {decision.bundle}"
    yield f"input {decision.input}"
    if decision.error is not None:
        yield f"error: {_said(decision.error)}"
    for one in decision.reasons:
        yield ""
        yield from _reason(one)


def explained(found: Explanation) -> Iterator[str]:
    """An explanation: the decision, and under each reason what its rules read."""
    yield word(found.decision)
    if found.decision.error is not None:
        yield f"error: {_said(found.decision.error)}"
    for one in found.denied:
        yield ""
        yield from _denied(one)
    if found.unknown:
        yield ""
        yield f"not known: {_said(', '.join(found.unknown))}"
    yield ""
    quiet = shortened(visible(", ".join(found.quiet)), LONGEST_LIST)
    yield f"rules that did not deny: {quiet or 'none'}"


def compared(found: Comparison) -> Iterator[str]:
    """A comparison: each input about which the bundles decide otherwise, and what each says."""
    yield f"before {found.before}"
    yield f"after  {found.after}"
    for one in found.differences:
        yield ""
        yield _said(one.name)
        for side, decision in (("before", one.before), ("after", one.after)):
            ids = ", ".join(dict.fromkeys(reason.id for reason in decision.reasons))
            tier = f", {decision.tier}" if decision.tier else ""
            yield f"  {side}: {word(decision)}{_said(tier)}{': ' if ids else ''}{_said(ids)}"
    yield ""
    yield f"{len(found.differences):,} of {found.inputs:,} decisions differ"


def replayed(found: Replay) -> Iterator[str]:
    """A replay: a line for each decision that is not the same again, and the count.

    The first says why the ledger does not count as verified, where it does not.
    """
    if found.unsure is not None:
        yield f"not verified: {_said(found.unsure)}"
    for one in found.decisions:
        if one.again != "same":
            place = f"entry {one.index}  {one.commit[:12]}  {_said(one.at)}"
            yield f"{one.again}  {place}  {_said(one.why)}"
    states = [one.again for one in found.decisions]
    counts = ", ".join(f"{states.count(one):,} {one}" for one in ("same", "differs", "unknown"))
    yield f"{len(states):,} decisions: {counts}"


def tested(found: Tested) -> Iterator[str]:
    """Tests of a bundle: a line for each that failed, the count, and the ids no test names."""
    for one in found.failed:
        yield f"failed  {one.path}  {one.name}: {_said(one.why)}"
    passed = len(found.tests) - len(found.failed)
    yield f"{passed:,} of {len(found.tests):,} tests passed"
    named = len(found.ids) - len(found.unnamed)
    yield f"{named:,} of {len(found.ids):,} ids of rules are named by a test"
    for id_ in found.unnamed:
        yield f"not named: {_said(id_)}"


def _denied(one: Denied) -> Iterator[str]:
    yield from _reason(one.reason)
    if one.rules:
        yield f"  rule: {_said(', '.join(one.rules))}"
    for read in one.reads:
        value = shortened(visible(read.value), LONGEST_VALUE)
        yield f"  reads {read.field} = {value}{'' if read.known else ' (not known)'}"


def _reason(one: Reason) -> Iterator[str]:
    yield f"{_said(one.id)}{' (unknown)' if one.unknown else ''}: {_said(one.message)}"
    if one.how is not None:
        yield f"  to do: {_said(one.how)}"


def _said(text: str) -> str:
    return shortened(visible(text), LONGEST)
