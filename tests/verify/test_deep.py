"""Entries that are nested: as deep as the format allows, and deeper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from logs import FORMS, Stored, entry
from verifying import found, trusting, verified

from affidavit.base.canonical import DEEPEST, parsed
from affidavit.base.errors import EntryError
from affidavit.verify import Code, Status, entries
from affidavit.verify.entries import EntryFault, envelope

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def lists(depth: int, inner: object = 1) -> object:
    """So many lists inside each other."""
    return [lists(depth - 1, inner)] if depth else inner


def objects(depth: int) -> object:
    """So many objects inside each other."""
    return {"a": objects(depth - 1)} if depth else 1


EACH = pytest.mark.parametrize("nested", [lists, objects])
"""An entry and its body are two levels; what a test adds to the body comes on top."""


@EACH
def test_what_verifies_is_no_deeper_than_what_can_be_appended(
    nested: Callable[[int], object],
) -> None:
    deepest = entry(body={"x": nested(DEEPEST - 2)})
    assert (entries.DEEPEST, envelope(deepest).sequence, bool(parsed(deepest))) == (64, 0, True)
    deeper = entry(body={"x": nested(DEEPEST - 1)})
    with pytest.raises(EntryFault, match="more than 64 lists and objects inside each other"):
        envelope(deeper)
    with pytest.raises(EntryError, match="more than 64 lists and objects inside each other"):
        parsed(deeper)


def test_many_lists_beside_each_other_are_not_deep() -> None:
    assert envelope(entry(body={"x": [[]] * 500, "y": "[" * 500})).sequence == 0


@pytest.mark.parametrize("form", FORMS)
def test_a_log_with_an_entry_that_is_too_deep_fails_however_often_it_comes(
    tmp_path: Path, form: str
) -> None:
    log = Stored()
    log.append(body={"x": lists(DEEPEST - 2)})
    for _ in range(3):
        log.append(body={"x": lists(DEEPEST - 1)})
    log.checkpoint()
    log.grow_tiles()
    result = verified(log, form, tmp_path, trusting(remembered=(log.notes[0][1],)))
    malformed = {index for code, index in found(result) if code is Code.ENTRY_MALFORMED}
    assert (result.status, malformed) == (Status.FAILED, {1, 2, 3})
