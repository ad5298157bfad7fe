"""What a release report does not know, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from affidavit.audit.release.model import Counted, Share, Totals


def unknown(
    counted: Counted, totals: Totals, share: Share, whys: Mapping[str, str | None]
) -> tuple[str, ...]:
    """What is not known; `whys` tells of what stands beside the changes why it is not."""
    return (
        *_of_changes(counted, totals),
        *_of_files(share),
        *(f"{what}: {why}" for what, why in whys.items() if why is not None),
    )


def _of_changes(counted: Counted, totals: Totals) -> Iterator[str]:
    lost = len(counted.reconciliation.differences)
    if lost:
        yield f"commits of the release that could not be read or placed: {lost:,}"
    if counted.commits != counted.accounted:
        yield f"landings account for {counted.accounted:,} of {counted.commits:,} commits"
    every = totals.every
    if every.approved.unknown:
        yield (
            f"whether somebody approved is unknown of {every.approved.unknown:,} of"
            f" {every.changes:,} changes"
        )
    untold = every.lines.changes - every.lines.known
    if untold:
        yield f"how many lines changed is unknown of {untold:,} of {every.changes:,} changes"


def _of_files(share: Share) -> Iterator[str]:
    if share.uncompared.count:
        number = f"{share.uncompared.count:,}"
        yield f"landings of which it is not wholly known what they changed: {number}"
    if share.unsettled:
        yield f"files that are not as the last known change left them: {share.unsettled:,}"
    if share.every.present is None:
        yield "how many files there are at the end: more than are counted, or a tree is missing"
    if share.differing is None:
        yield "how many files differ between the two ends: more than are counted"
