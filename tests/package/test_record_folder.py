"""The auditor's folder: what is filed twice, and what lies in the way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.base.errors import OutputError
from affidavit.changes.model import Grade
from affidavit.changes.record import lacking
from affidavit.changes.record.model import ChangeRecord, Member
from affidavit.changes.record.value import Listed, Stated, unknown
from affidavit.package.records.data import Scope
from affidavit.package.records.folder import Folder
from affidavit.package.records.lines import FIELDS

if TYPE_CHECKING:
    from pathlib import Path

SCOPE = Scope(
    tool="affidavit 0", repository="r", head="a" * 40, start="s", end="e", population="p",
    changes=2, forge=None, ledger=None, chosen="all",
)  # fmt: skip
SINGLE = frozenset(
    {"title", "landed_at", "request", "size", "authorship", "merged_by", "merged_at", "release"}
) | {"emergency"}


def a_record(commit: str) -> ChangeRecord:
    """A record of which nothing is known."""
    lost: Stated[object] = unknown(lacking.NO_FORGE)
    none: Listed[object] = Listed(why=lacking.NO_FORGE)
    fields = {one: lost if one in SINGLE else none for one in FIELDS}
    member = Member(change="CHG-2026-01-05-001", commit=commit, kind="merge", branches=("main",))
    return ChangeRecord(
        id="CHG-2026-01-05-001", repository="r", members=(member,), grade=Grade.R0, review=(),
        exceptions=(), ai=False, **fields,  # type: ignore[arg-type]
    )  # fmt: skip


def test_two_changes_of_one_id_have_files_of_their_own(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "f")
    for commit in ("a" * 40, "b" * 40):
        folder.add(a_record(commit), {"request-1.json": b"{}\n"})
    folder.close(SCOPE)
    assert sorted(one.name for one in (tmp_path / "f/changes").iterdir()) == [
        "CHG-2026-01-05-001-bbbbbbbbbbbb.json",
        "CHG-2026-01-05-001-bbbbbbbbbbbb.txt",
        "CHG-2026-01-05-001.json",
        "CHG-2026-01-05-001.txt",
    ]
    index = json.loads((tmp_path / "f/index.json").read_bytes())
    assert [one["commits"] for one in index["changes"]] == [["a" * 40], ["b" * 40]]
    assert len(index["files"]) == 5


def test_a_record_of_which_nothing_is_known_says_so_in_every_row(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "f")
    folder.add(a_record("a" * 40), {})
    text = (tmp_path / "f/changes/CHG-2026-01-05-001.txt").read_text()
    assert text.count("unknown: no records of a forge were given") == len(FIELDS)
    read = msgspec.json.decode((tmp_path / "f/changes/CHG-2026-01-05-001.json").read_bytes())
    assert {read[one]["why"] for one in FIELDS} == {lacking.NO_FORGE}


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("")
    with pytest.raises(OutputError, match="cannot be made"):
        Folder(tmp_path / "f")
