"""The status, the ranges and the reasons that follow from all that was checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from affidavit.verify.result import (
    Code,
    Notice,
    Problem,
    Range,
    RangeKind,
    Result,
    Status,
    Witnessed,
    largest_gap,
    moment,
    span,
)
from affidavit.verify.trust import dependent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.verify.checkpoints import Checkpoints
    from affidavit.verify.report import Statement
    from affidavit.verify.result import Findings, Gap
    from affidavit.verify.source import Layout
    from affidavit.verify.trust import Trust

SKIPPED = (
    "the form of the entries",
    "the order and links of each stream",
    "the blobs that entries name",
    "whether anything follows an entry that ends the log",
    "key rotations, where the keys given signed every checkpoint",
)
"""What a verification of the tree alone leaves out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A log after every check. `remembered` is the largest size among remembered checkpoints.

    `own` entries were recorded by an account that holds the key, or held it by then; those that say
    something of the log itself are not counted.
    """

    findings: Findings
    layout: Layout
    checkpoints: Checkpoints
    remembered: int
    statements: list[Statement]
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
    def held(self) -> int:
        """How many entries somebody outside holds, whatever key signs them."""
        return max(self.remembered, self.witnessed)


def outcome(checked: Checked, trust: Trust) -> Result:
    """What verifying the log came to."""
    _check_pending(checked)
    findings, complete_to = checked.findings, _complete_to(checked, trust)
    reasons = tuple(_reasons(checked, trust, complete_to))
    return Result(
        status=_status(checked, trust, reasons),
        problems=tuple(findings.problems),
        totals=tuple(sorted(findings.totals.items())),
        ranges=tuple(_ranges(checked)),
        notices=(*findings.notices, *_notices(checked, trust)),
        reasons=reasons,
        skipped=SKIPPED if checked.tree_only else (),
        origin=checked.checkpoints.origin,
        entries=checked.layout.end,
        size=checked.checkpoints.signed.size if checked.checkpoints.signed else None,
        root=checked.checkpoints.signed.root if checked.checkpoints.signed else None,
        witnessed=tuple(checked.checkpoints.witnessed),
        complete_to=complete_to,
        gap=_gap(checked, trust),
    )


def _check_pending(checked: Checked) -> None:
    """Entries past the newest checkpoint were never acknowledged: no log of ours has any."""
    signed, end = checked.signed, checked.layout.end
    if signed < end and checked.layout.exact and checked.checkpoints.keyring is not None:
        text = f"no checkpoint that holds is over {span(signed, end)}"
        problem = Problem(Code.ENTRY_WITHOUT_CHECKPOINT, text, f"entry {signed}", signed)
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
    """The size before which an end that was cut off would have been noticed."""
    return max(checked.remembered, _fresh(checked, trust))


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
    elif not complete_to:
        yield (
            f"{_UNKNOWN_END}: no earlier checkpoint was remembered, and no time was given that"
            " witnesses must reach"
        )


_UNKNOWN_END = "whether the end was cut off cannot be known"


def _keyless(checked: Checked) -> str:
    """That no key came from outside, and up to where something else did."""
    held, end = min(checked.held, checked.layout.end), checked.layout.end
    text = "no key was given from outside: the log was held against its own"
    if not held:
        return text
    rest = f", and nothing from outside vouches for {span(held, end)}" if held < end else ""
    return f"{text}; what was remembered or witnessed holds {span(0, held)}{rest}"


def _earlier(sizes: list[int]) -> str:
    if len(sizes) == 1:
        return f"the checkpoint of size {sizes[0]:,} was signed by a key that was not given"
    return (
        f"the {len(sizes):,} checkpoints up to {sizes[-1]:,} entries were signed by keys that were"
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
    return f"{text}: one last did at {moment(last.time)}, with {last.size:,} entries"


def _gap(checked: Checked, trust: Trust) -> Gap | None:
    """The longest time of the period that is asked for in which no witness saw the log."""
    end = trust.ends()
    if end is None or trust.policy is None or trust.policy.quorum == "none":
        return None
    seen = tuple(each for each in checked.checkpoints.witnessed if trust.is_past(each.time))
    return largest_gap(seen, trust.since, end)


def _ranges(checked: Checked) -> Iterator[Range]:
    """The entries from first to last, by what holds them, and what was left out."""
    witnessed, signed, end = checked.witnessed, checked.signed, checked.layout.end
    if witnessed:
        yield Range(RangeKind.WITNESSED, 0, witnessed, "signed by the log and seen by witnesses")
    if witnessed < signed:
        yield Range(RangeKind.SIGNED, witnessed, signed, "signed by the log alone")
    if max(witnessed, signed) < end:
        yield Range(RangeKind.PENDING, signed, end, "under no checkpoint that holds")
    if end < checked.remembered:
        text = "in the remembered checkpoint, and not here"
        yield Range(RangeKind.NOT_CHECKED, end, checked.remembered, text)
    if checked.tree_only and end:
        yield Range(RangeKind.NOT_CHECKED, 0, end, "hashed but not read")


def _notices(checked: Checked, trust: Trust) -> Iterator[Notice]:
    if checked.own:
        text = (
            f"writer can sign: {checked.own:,} of {checked.layout.end:,} entries were recorded by"
            " the account that holds the key"
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
