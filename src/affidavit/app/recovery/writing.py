"""The notes that were recovered, written all together into a repository of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.envelope.ai_note import write_all
from affidavit.app.noted import GIT_AI
from affidavit.app.recovery.model import Outcome
from affidavit.app.recovery.orphans import all_notes
from affidavit.base.errors import DamagedError
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from affidavit.app.recovery.model import Row
    from affidavit.sources.git.locate import Store

SINCE = "another wrote a note to it meanwhile, and that is never written over"


def written(store: Store, rows: Sequence[Row]) -> tuple[Row, ...]:
    """`rows`, their notes written where the commit has none by now.

    Raises:
        DamagedError: It cannot be seen which commits have notes: nothing is written.
        GitFailedError: git cannot write them, or others change the notes at this moment.
        OutputError: The ref of the notes leads to another, and nothing is written through it.
    """
    refs = read_refs(store)
    with PrivateGit(store, refs) as git:
        there = all_notes(git, refs)
    if there.unread:
        raise DamagedError(f"the notes cannot be read whole: {there.unread[0]}")
    found = tuple(_since(one) if one.note and there.on(one.landing) else one for one in rows)
    notes = {one.landing: one.note for one in found if one.note is not None}
    if notes:
        write_all(store.common_dir, notes, refs.get(GIT_AI))
    return tuple(msgspec.structs.replace(one, written=one.note is not None) for one in found)


def _since(row: Row) -> Row:
    return msgspec.structs.replace(row, outcome=Outcome.NOTED_SINCE, note=None, why=SINCE, lines=0)
