"""Report files: whole or not at all, a line for each landing, the same bytes every time."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import msgspec
import pytest
from reports import a_landing, a_report

from affidavit.audit.model import Report
from affidavit.base.errors import OutputError
from affidavit.package import json_report
from affidavit.package.place import made, replacing

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_report_reads_back_as_it_was(tmp_path: Path, count: int) -> None:
    report = a_report(tuple(a_landing(number, title="[]") for number in range(count)))
    json_report.write(report, tmp_path / "r.json")
    data = (tmp_path / "r.json").read_bytes()
    read = msgspec.json.decode(data, type=Report)
    assert msgspec.structs.replace(read, landings=tuple(read.landings)) == report
    assert data.count(b"\n") == count + 2


def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    report = a_report((a_landing(),))
    for name in ("a", "b"):
        json_report.write(report, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_file_that_fails_half_way_leaves_the_old_one(tmp_path: Path) -> None:
    place = tmp_path / "r.json"
    place.write_text("old")
    with pytest.raises(TypeError), replacing(place) as file:
        file.writelines([b"half", "no bytes"])  # type: ignore[list-item]
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("r.json", "old")]


def test_a_full_disk_is_an_error_of_the_place(tmp_path: Path) -> None:
    with (
        pytest.raises(OutputError, match=r"r\.json cannot be written"),
        replacing(tmp_path / "r.json"),
    ):
        raise OSError(28, "No space left on device")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_gone_is_an_error_of_the_place(tmp_path: Path) -> None:
    with pytest.raises(OutputError), replacing(tmp_path / "gone" / "r.json"):
        raise AssertionError("never reached")


def test_everybody_may_read_a_report(tmp_path: Path) -> None:
    with replacing(tmp_path / "r.json") as file:
        file.write(b"x")
    assert stat.S_IMODE((tmp_path / "r.json").stat().st_mode) == 0o644


def test_a_folder_is_made_with_those_above_it(tmp_path: Path) -> None:
    assert made(tmp_path / "a" / "b") == tmp_path / "a" / "b"
    assert made(tmp_path / "a" / "b").is_dir()


def test_a_file_in_the_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    with pytest.raises(OutputError, match="cannot be made"):
        made(tmp_path / "a")
