"""Line claims held against what their commit added: what of them can be about it at all.

A record speaks of lines at a commit. Those that the commit did not add came from elsewhere, and who
wrote them it does not say; tools attest whole files, hunks with their surroundings, or lines of
another commit that the record was copied from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.provenance.gitai_log import Spans, count, within
from affidavit.provenance.records.model import LineClaim

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What is left of line claims, in their order, and how many lines were and were not added.

    Claims of files without line numbers are left as they are, and counted nowhere. A line that two
    claims attest counts twice.
    """

    lines: tuple[LineClaim, ...]
    inside: int
    outside: int

    @property
    def fits(self) -> bool:
        """Whether every line that is attested was added."""
        return not self.outside


def held(lines: Iterable[LineClaim], added: Mapping[str, Spans]) -> Held:
    """`lines` without what is not in `added`: by path what the commit added, as it numbers them."""
    kept: list[LineClaim] = []
    inside = outside = 0
    for one in lines:
        if one.spans is None:
            kept.append(one)
            continue
        common = within(one.spans, added.get(one.path, ()))
        inside += count(common)
        outside += count(one.spans) - count(common)
        if common:
            # A digest is of all that was attested, and not of a part of it.
            digest = one.digest if common == one.spans else None
            kept.append(msgspec.structs.replace(one, spans=common, digest=digest))
    return Held(lines=tuple(kept), inside=inside, outside=outside)
