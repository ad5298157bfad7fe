"""Times in an export: they are compared as they are written, so each has one form."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import msgspec
import pytest

from affidavit.base.errors import InputError
from affidavit.sources.forge.reading import Export
from forgelines import HEAD, line, pull

if TYPE_CHECKING:
    from pathlib import Path

GOOD = "2026-01-31T12:00:00Z"
ODD = [
    "",
    "2026-01-31",
    "2026-01-31T12:00:00",
    "2026-01-31T12:00:00.9Z",
    "2026-01-31T12:00:00-11:00",
    "2026-01-31T12:00:00+00:00",
    "2026-01-31t12:00:00z",
    "2026-01-31T12:00:00Z\n",
    "2026-13-31T12:00:00Z",
    "2026-01-32T12:00:00Z",
    "2026-01-31T24:00:00Z",
    "2026-01-31T12:00:60Z",
    "0000-01-31T12:00:00Z",
    "10000-01-31T12:00:00Z",
    "-0001-01-31T12:00:00Z",
    "\uff12026-01-31T12:00:00Z",
]
PLACES = [
    ("origin.fetched_at", "pull_request"),
    ("data.created_at", "pull_request"),
    ("data.updated_at", "pull_request"),
    ("data.closed_at", "pull_request"),
    ("data.merged_at", "pull_request"),
    ("data.merge_commit.committed_at", "pull_request"),
    ("data.auto_merge.enabled_at", "pull_request"),
    ("data.commits[0].authored_at", "pull_request"),
    ("data.commits[0].committed_at", "pull_request"),
    ("data.reviews[0].submitted_at", "pull_request"),
    ("data.reviews[0].edited_at", "pull_request"),
    ("data.events[0].at", "pull_request"),
    ("data.runs[0].started_at", "checks"),
    ("data.runs[0].completed_at", "checks"),
    ("data.statuses[0].created_at", "checks"),
    ("data.statuses[0].at", "deployment"),
    ("data.created_at", "deployment"),
    ("data.published_at", "release"),
    ("data.gone_at", "release"),
    ("data.at", "push"),
    ("data.at", "ruleset"),
]


def export(place: Path, *lines: object) -> Path:
    encode = msgspec.json.encode
    place.write_bytes(b"".join(encode(one) + b"\n" for one in (HEAD, line(pull(1)), *lines)))
    return place


def with_time(place: str, record: str, time: str) -> dict[str, object]:
    """A line that has the time at that place and nothing else but its sort."""
    found: dict[str, object] = {"data": {"record": record, "id": 5, "number": 5, "commit": "c"}}
    *path, last = place.split(".")
    at = found
    for one in path:
        name = one.removesuffix("[0]")
        inner: dict[str, object] = {}
        if name != "data":
            at[name] = [inner] if one != name else inner
        at = cast("dict[str, object]", at[name]) if one == name else inner
    at[last] = time
    return found


@pytest.mark.parametrize("time", ODD)
def test_a_time_of_another_form_is_refused_with_its_line_and_field(
    tmp_path: Path, time: str
) -> None:
    odd = with_time("data.reviews[0].submitted_at", "pull_request", time)
    with pytest.raises(InputError, match=r"line 3: expected a time in UTC .*submitted_at"):
        Export(export(tmp_path / "export.jsonl", odd))


@pytest.mark.parametrize(("place", "record"), PLACES)
def test_every_time_of_every_record_is_looked_at(tmp_path: Path, place: str, record: str) -> None:
    path = tmp_path / "export.jsonl"
    Export(export(path, with_time(place, record, GOOD)))
    with pytest.raises(InputError, match="line 3: expected a time") as raised:
        Export(export(path, with_time(place, record, "2026-01-31T12:00:00.5Z")))
    assert place.replace("[0]", "[...]") in str(raised.value).replace("[0]", "[...]")


def test_so_are_those_up_to_which_a_section_is_whole(tmp_path: Path) -> None:
    done = {"section": "pull_requests", "at": GOOD, "count": 1, "requests": 1}
    for field in ("at", "since"):
        lines = {"done": {**done, field: "2026-01-31T12:00:00+01:00"}}
        with pytest.raises(InputError, match=rf"line 3: expected a time .*{field}"):
            Export(export(tmp_path / "export.jsonl", lines))
