"""Records added to the notes of a repository of one's own, where a commit has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.claims_written.model import Form, Outcome
from affidavit.app.envelope.ai_note import write_all
from affidavit.app.noted import GIT_AI
from affidavit.app.recovery.orphans import all_notes
from affidavit.base.errors import DamagedError
from affidavit.sources.git.locate import locate
from affidavit.sources.git.notes import notes
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from affidavit.app.claims_written.model import Record, Row
    from affidavit.sources.git.locate import Store
    from affidavit.sources.git.refs import Refs

NOTES = {Form.GIT_AI: GIT_AI, Form.AGENT_TRACE: "refs/notes/agent-trace"}
"""The ref of the notes of each form."""


def noted(repository: Path, form: Form, records: Sequence[Record]) -> list[Row]:
    """Add the notes of all landings that have none, together; the rows say which were.

    Raises:
        DamagedError: It cannot be seen which commits have notes: nothing is written.
        GitFailedError: git cannot write them, or others change the notes at this moment.
        OutputError: The ref of the notes leads to another, and nothing is written through it.
    """
    store = locate(repository)
    refs = read_refs(store)
    there = _there(store, refs, form)
    wanted = {
        one.row.landing: one.data.decode()
        for one in records
        if one.data and one.row.landing not in there
    }
    if wanted:
        write_all(store.common_dir, wanted, refs.get(NOTES[form]), ref=NOTES[form])
    return [_row(one, wrote=one.row.landing in wanted) for one in records]


def _row(one: Record, *, wrote: bool) -> Row:
    if not one.data:
        return one.row
    outcome = Outcome.WRITTEN if wrote else Outcome.NOTED
    return msgspec.structs.replace(one.row, outcome=outcome)


def _there(store: Store, refs: Refs, form: Form) -> frozenset[str]:
    """The commits that have a note.

    Raises:
        DamagedError: They cannot be listed whole.
    """
    with PrivateGit(store, refs) as git:
        if form is Form.GIT_AI:
            found = all_notes(git, refs)
            if found.unread:
                raise DamagedError(f"the notes cannot be read whole: {found.unread[0]}")
            return frozenset(found.blobs) | found.legacy
        tip = refs.get(NOTES[form])
        with Objects(git) as objects:
            listed = notes(git, objects, tip) if tip else {}
            if objects.limits or (tip and not listed and not objects.peeled([tip])):
                raise DamagedError(f"the notes of {NOTES[form]} cannot be read whole")
            return frozenset(listed)
