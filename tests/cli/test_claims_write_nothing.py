"""``affidavit claims write`` where there is nothing to write."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from histories import ran

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from gitrepo import Repo


def test_a_file_stays_as_it_is_where_there_is_nothing_to_write(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit("Begin", files={"a.py": "zero\n"})
    place = tmp_path / "notes.jsonl"
    place.write_bytes(b"what an earlier run wrote\n")
    monkeypatch.setenv("AFFIDAVIT_HOME", str(tmp_path / "home"))
    asked = ("claims", "write", "--repo", repo.path, "--form", "git-ai", "--to", place)
    done = ran(*asked, here=tmp_path / "here")
    told = f"untouched      {place} stays as it is: there is nothing to write"
    assert (done.status, told in done.out.splitlines()) == (0, True)
    assert f"place          {place}" not in done.out.splitlines()
    said = json.loads(ran(*asked, "--json", here=tmp_path / "here").out)
    assert (said["place"], said["untouched"]) == (None, str(place))
    assert place.read_bytes() == b"what an earlier run wrote\n"
