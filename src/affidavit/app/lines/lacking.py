"""What a clone lacks that would tell more of its lines, and how it is fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.limit import limit
from affidavit.changes.lines.model import Ground

if TYPE_CHECKING:
    from collections.abc import Iterable

    from affidavit.app.lines.opening import Opened
    from affidavit.app.lines.reading import Branch
    from affidavit.base.limit import Limit

_SHALLOW = (
    "This is a shallow clone: what landed before these commits is not here, and lines that came"
    " before them are undetermined. git fetch --unshallow brings it."
)
_UNSPLIT = (
    "The commits behind these squashes, which name an agent, are not here or do not agree with"
    " what landed: their lines are undetermined. What is not here is brought by git fetch origin"
    " '+refs/pull/*/head:refs/pull/*/head'"
)


def unsplit(branch: Branch, landings: Iterable[str]) -> list[str]:
    """Those `landings` that are squashes of which cannot be told which lines are the agent's."""
    made = branch.made
    return [one for one in landings if one in made and made[one].ground is Ground.UNSPLIT]


def lacking(opened: Opened, branch: Branch, landings: Iterable[str]) -> tuple[Limit, ...]:
    """What is not here of the history of a branch, and of what is behind `landings`."""
    cut = opened.source.git.shallow.intersection(branch.reached)
    squashes = unsplit(branch, landings)
    return (
        *([limit("shallow", _SHALLOW, sorted(cut), gap=True)] if cut else []),
        *([limit("squashes-unsplit", _UNSPLIT, squashes)] if squashes else []),
    )
