"""What became of every note that is on no commit of the branch."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from affidavit.app.recovery.model import Fate, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from affidavit.app.recovery.model import Row
    from affidavit.app.recovery.orphans import Lost
    from affidavit.changes.envelope.ladder import Joined

_FATES = {
    Outcome.RECOVERED: Fate.CARRIED,
    Outcome.REFUSED: Fate.LOST,
    Outcome.NO_LINE: Fate.LOST,
    Outcome.NOTED_SINCE: Fate.NOTED,
    Outcome.NO_NOTE: Fate.EMPTY,
    Outcome.ON_A_BRANCH: Fate.ON_A_BRANCH,
}
"""Of a landing that is proven, what a note behind it is; behind others it is `UNPROVEN`."""
_ORDER = tuple(Fate)


def fates(lost: Lost, rows: Sequence[Row], requests: Mapping[str, Joined]) -> dict[str, int]:
    """How many notes each fate has."""
    found: dict[str, Fate] = dict.fromkeys(lost.gone, Fate.GONE)
    for one in lost.orphans:
        found[one] = Fate.ON_A_BRANCH if one in lost.on_a_branch else Fate.UNJOINED
    heads = {one.key: one.head for one in lost.requests}
    for commit, fate in (*_of_rows(lost, rows, heads), *_noted(lost, requests)):
        if _ORDER.index(fate) < _ORDER.index(found[commit]):
            found[commit] = fate
    counts = Counter(found.values())
    return {str(one): counts[one] for one in Fate}


def _of_rows(
    lost: Lost, rows: Sequence[Row], heads: Mapping[str, str]
) -> Iterator[tuple[str, Fate]]:
    for row in rows:
        told = [heads.get(one, one) for one in row.among] or [row.head or ""]
        fate = _FATES.get(row.outcome, Fate.UNPROVEN)
        refused = {one.commit for one in row.refused}
        for head in told:
            behind = [head] if row.rung == "rebase" else lost.behind(head)
            yield from ((one, Fate.REFUSED if one in refused else fate) for one in behind if one)


def _noted(lost: Lost, requests: Mapping[str, Joined]) -> Iterator[tuple[str, Fate]]:
    """The notes behind landings that have one of their own."""
    for commit, join in requests.items():
        if lost.notes.on(commit) and join.carries and join.head is not None:
            yield from ((one, Fate.NOTED) for one in lost.behind(join.head))
