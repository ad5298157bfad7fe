"""The status, the ranges and the reasons that follow from all that was checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from affidavit.verify.gap import Period, largest_gap
from affidavit.verify.result import (
    Code,
    Notice,
    Problem,
    Range,
    RangeKind,
    Result,
    Status,
    Witnessed,
    counted,
    moment,
    span,
)
from affidavit.verify.trust import dependent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.verify.checkpoints import Checkpoints
    from affidavit.verify.gap import Gap
    from affidavit.verify.learned import Learned
    from affidavit.verify.result import Findings
    from affidavit.verify.source import Layout
    from affidavit.verify.trust import Trust

SKIPPED = (
    "the form of the entries",
    "the order and links of each stream",
    "the blobs that entries name",
    "whether anything follows an entry that ends the log",
    "key rotations, where the keys given signed every checkpoint",
    "whether the log was ended, what it goes on from, and what was destroyed",
)
"""What a verification of the tree alone leaves out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A log after every check. `remembered` is the largest size among remembered checkpoints.

    Nothing could be read of the `unread` ranges. `own` entries were recorded by an account that
    holds the key, or held it by then; none, where it recorded only what nobody else can.
    """

    findings: Findings
    layout: Layout
    checkpoints: Checkpoints
    remembered: int
    unread: list[tuple[int, int]]
    learned: Learned
    own: int
    tree_only: bool

    @property
    def signed(self) -> int:
        """How many entries lie under the newest checkpoint that holds."""
        return self.checkpoints.signed.size if self.checkpoints.signed else 0

    @property
    def witnessed(self) -> int:
        """How many entries lie under the newest checkpoint that enough witnesses saw."""
        return max(self.checkpoints.witnessed, default=Witnessed(0, 0)).size

    @property
    def known(self) -> int:
        """The largest size among those remembered checkpoints that the log agrees with."""
        return max(self.checkpoints.known, default=0)

    @property
    def held(self) -> int:
        """How many entries somebody outside holds, whatever key signs them."""
        return max(self.known, self.witnessed)

    def read(self) -> int:
        """How many entries could be read."""
        return self.layout.end - sum(end - start for start, end in self.unread)


def outcome(checked: Checked, trust: Trust) -> Result:
    """What verifying the log came to."""
    _check_pending(checked)
    findings, complete_to, gap = (
        checked.findings,
        _complete_to(checked, trust),
        _gap(checked, trust),
    )
    reasons = tuple(_reasons(checked, trust, complete_to))
    return Result(
        status=_status(checked, trust, reasons),
        problems=tuple(findings.problems),
        totals=tuple(sorted(findings.totals.items())),
        ranges=tuple(_ranges(checked)),
        notices=(*findings.notices, *_notices(checked, trust, gap)),
        reasons=reasons,
        skipped=SKIPPED if checked.tree_only else (),
        origin=checked.checkpoints.origin,
        entries=checked.layout.end,
        size=checked.checkpoints.signed.size if checked.checkpoints.signed else None,
        root=checked.checkpoints.signed.root if checked.checkpoints.signed else None,
        witnessed=tuple(checked.checkpoints.witnessed),
        complete_to=complete_to,
        gap=gap,
        about=checked.learned.about(checked.checkpoints, trust.policy),
    )


def _check_pending(checked: Checked) -> None:
    """Entries past the newest checkpoint were never acknowledged: no log of ours has any."""
    signed, end = checked.signed, checked.layout.end
    if signed < end and checked.layout.exact and checked.checkpoints.keyring is not None:
        text = f"no checkpoint that holds is over {span(signed, end)}"
        problem = Problem(Code.ENTRY_WITHOUT_CHECKPOINT, text, f"entry {signed:,}", signed)
        checked.findings.add(problem)


def _status(checked: Checked, trust: Trust, reasons: tuple[str, ...]) -> Status:
    if checked.findings.totals:
        return Status.FAILED
    if not checked.layout.end:
        return Status.EMPTY
    if not trust.log_keys() and not checked.held:
        return Status.SELF_ASSERTED
    return Status.INCOMPLETE if reasons else Status.VERIFIED


def _fresh(checked: Checked, trust: Trust) -> int:
    """The size that witnesses saw at the time by which the log is asked to be complete, or 0."""
    seen = checked.checkpoints.witnessed
    return max((each.size for each in seen if trust.is_fresh(each.time)), default=0)


def _complete_to(checked: Checked, trust: Trust) -> int:
    """The size before which an end that was cut off would have been noticed.

    What could not be read is not known to be there.
    """
    unread = checked.unread[0][0] if checked.unread else checked.layout.end
    return min(max(checked.known, _fresh(checked, trust)), unread)


def _reasons(checked: Checked, trust: Trust, complete_to: int) -> Iterator[str]:
    """Why the log is not verified, although nothing about it is wrong."""
    if not trust.log_keys():
        yield _keyless(checked)
    if checked.signed < checked.layout.end:
        yield f"no checkpoint that a key signed is over {span(checked.signed, checked.layout.end)}"
    if checked.checkpoints.earlier:
        yield _earlier(checked.checkpoints.earlier)
    if checked.tree_only:
        yield "only the tree was checked"
    if trust.policy and trust.policy.quorum != "none" and checked.witnessed < checked.signed:
        unseen = span(checked.witnessed, checked.signed)
        yield f"the witnesses that the policy asks for did not sign for {unseen}"
    if trust.as_of is not None and not _fresh(checked, trust):
        yield f"{_UNKNOWN_END}: {_unseen(checked, trust.as_of)}"
    elif not complete_to and not checked.findings.totals[Code.CUT_OFF]:
        known = "no remembered checkpoint is known to hold" if trust.remembered else _NONE_KEPT
        yield f"{_UNKNOWN_END}: {known}, and no time was given that witnesses must reach"


_UNKNOWN_END = "whether the end was cut off cannot be known"
_NONE_KEPT = "no earlier checkpoint was remembered"


def _keyless(checked: Checked) -> str:
    """That no key came from outside, and up to where something else did."""
    end = checked.layout.end
    held = min(checked.held, checked.unread[0][0] if checked.unread else end)
    text = "no key was given from outside: the log was held against its own"
    if not held:
        return text
    rest = f", and nothing from outside vouches for {span(held, end)}" if held < end else ""
    return f"{text}; what was remembered or witnessed holds {span(0, held)}{rest}"


def _earlier(sizes: list[int]) -> str:
    if len(sizes) == 1:
        return f"the checkpoint of size {sizes[0]:,} was signed by a key that was not given"
    return (
        f"the {len(sizes):,} checkpoints up to {counted(sizes[-1])} were signed by keys that were"
        " not given"
    )


def _unseen(checked: Checked, as_of: int) -> str:
    """That no witness saw the log at `as_of` or later, and when one last did."""
    text = f"no witness saw the log at {moment(as_of)} or later"
    last = max(checked.checkpoints.witnessed, key=lambda one: one.time, default=None)
    if last is None or not last.time:
        return f"{text}, nor at any time that is known"
    if last.time >= as_of:
        return f"{text}: {moment(last.time)}, which one states, has not come yet"
    return f"{text}: one last did at {moment(last.time)}, with {counted(last.size)}"


def _asks(trust: Trust) -> bool:
    """Whether there is a period, and witnesses are asked for."""
    return trust.ends() is not None and trust.policy is not None and trust.policy.quorum != "none"


def _gap(checked: Checked, trust: Trust) -> Gap | None:
    """The longest time in which too few witnesses saw the log that reaches into the period."""
    until, policy = trust.ends(), trust.policy
    if until is None or policy is None or not _asks(trust):
        return None
    seen = [each for each in checked.checkpoints.sightings if trust.is_past(each.time)]
    period = Period(checked.learned.opened(), trust.since, until)
    return largest_gap(seen, lambda names: policy.is_quorum(dict.fromkeys(names, 0)), period)


def _ranges(checked: Checked) -> Iterator[Range]:
    """The entries from first to last, by what holds them; each is in one range."""
    witnessed, signed, end = checked.witnessed, checked.signed, checked.layout.end
    held = max(witnessed, signed)
    hashed = "; hashed and not read" if checked.tree_only else ""
    found = [
        (RangeKind.WITNESSED, 0, witnessed, f"signed by the log and seen by witnesses{hashed}"),
        (RangeKind.SIGNED, witnessed, held, f"signed by the log alone{hashed}"),
        (RangeKind.PENDING, held, end, f"under no checkpoint that holds{hashed}"),
    ]
    unread = [Range(RangeKind.NOT_CHECKED, *each, _UNREAD) for each in checked.unread]
    read = [part for each in found for part in _read(Range(*each), checked.unread)]
    yield from sorted([*unread, *read], key=lambda one: one.start)
    if end < checked.remembered:
        here = "not here" if checked.layout.whole else "could not be read here"
        text = f"in the remembered checkpoint, and {here}"
        yield Range(RangeKind.NOT_CHECKED, end, checked.remembered, text)


_UNREAD = "nothing of it could be read, whatever is signed of it"


def _read(whole: Range, unread: list[tuple[int, int]]) -> Iterator[Range]:
    """The parts of a range that could be read."""
    at = whole.start
    for start, end in [*unread, (whole.end, whole.end)]:
        if at < min(start, whole.end):
            yield whole._replace(start=at, end=min(start, whole.end))
        at = max(at, end)


def _notices(checked: Checked, trust: Trust, gap: Gap | None) -> Iterator[Notice]:
    if gap is None and _asks(trust) and checked.layout.end:
        first = checked.learned.times.first or "an unknown time"
        text = (
            f"no gap is in the period: the log's first entry is of {first}, by its keeper's clock"
        )
        yield Notice("no-gap", text)
    if checked.own:
        text = (
            f"writer can sign: {checked.own:,} of {counted(checked.read())} were recorded by an"
            " account that holds the key"
        )
        yield Notice("writer-can-sign", text)
    yield from dependent(trust)
    keyring = checked.checkpoints.keyring
    known = {term.key for term in keyring.terms} if keyring else set()
    claimed, left = checked.layout.vkey, checked.checkpoints.rotations
    written = {key.encode() for key in known.union(*((each.old, each.new) for each in left))}
    if trust.log_keys() and claimed is not None and claimed not in written:
        text = f"the key that the log brings is none that counts for it: {claimed[:200]!a}"
        yield Notice("own-key-differs", text)
    for each in checked.checkpoints.rotations:
        rotation = f"the rotation in entry {each.index:,}"
        if each.old in known:
            text = f"{rotation} is under no checkpoint of its old key"
            yield Notice("rotation-without-effect", text)
        else:
            text = f"the old key of {rotation} was not given: {each.old}"
            yield Notice("rotation-from-unknown-key", text)
