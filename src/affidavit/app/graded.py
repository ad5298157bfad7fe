"""Some landings of an audit graded, without the report."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.beginning import begin, know
from affidavit.app.gather import with_notes
from affidavit.app.grading import Grader

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from affidavit.app.audit import Request
    from affidavit.app.reading import Progress
    from affidavit.changes.model import Landing


def graded(request: Request, wanted: AbstractSet[str], progress: Progress) -> Mapping[str, Landing]:
    """Of the landings that `request` asks for those that are `wanted`, by commit.

    Each is what the whole audit makes of it: people, records and statements are those of all of
    them. Only where landings of the audit that are compared together meet a bound, more is known.

    Raises:
        AffidavitError: The repository cannot be audited; see docs/errors/.
    """
    with ExitStack() as stack:
        begun = begin(request, stack)
        gathered = know(request, begun, stack, progress, notes=False).gathered
        at, selection = begun.branches[0].head, gathered.selection
        chosen = tuple(one for one in selection.landings if one.commits[0] in wanted)
        selection = msgspec.structs.replace(selection, landings=chosen)
        gathered = msgspec.structs.replace(gathered, selection=selection)
        grader = Grader(begun.source, gathered, begun.settings, progress)
        return grader.alone(lambda known, commits: with_notes(known, begun.source, commits, at))
