"""A landing with a missing file in which a file and a folder change places: each is told once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.provenance.blame.replay import Replay
from affidavit.sources.git import enduring
from affidavit.sources.git.blobs import Blobs
from affidavit.sources.git.enduring import endured
from blames import chain, reading

if TYPE_CHECKING:
    from gitrepo import Repo

GONE = "gone\n"


@pytest.mark.parametrize("together", [1, 200])
@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        pytest.param(
            {"a": "1\n", "z": "1\n"},
            {"a": None, "a/b": "1\n2\n", "z": GONE},
            {b"a/b": 2},
            id="a folder in place of a file",
        ),
        pytest.param(
            {"a/b": "1\n2\n", "z": "1\n"},
            {"a": "1\n", "a/b": None, "z": GONE},
            {b"a": 1},
            id="a file in place of a folder",
        ),
        pytest.param(
            {"a": "1\n", "z": "1\n"},
            {"a": None, "a/b": GONE, "a/c": "1\n2\n", "z": "2\n"},
            {b"a/c": 2, b"z": 1},
            id="what is missing is in the folder",
        ),
        pytest.param(
            {"a/b": "1\n2\n", "z": "1\n"},
            {"a": GONE, "a/b": None, "z": "2\n"},
            {b"z": 1},
            id="what is missing is the file",
        ),
        pytest.param(
            {"a": "1\n", "a.b": "1\n", "z": "1\n"},
            {"a": "2\n", "a.b": "2\n", "z": GONE},
            {b"a": 1, b"a.b": 1},
            id="a name that begins another",
        ),
    ],
)
def test_files_beside_a_missing_one_have_their_lines_once(
    repo: Repo,
    monkeypatch: pytest.MonkeyPatch,
    *,
    before: dict[str, str | None],
    after: dict[str, str | None],
    lines: dict[bytes, int],
    together: int,
) -> None:
    monkeypatch.setattr(enduring, "TOGETHER", together)
    repo.commit(files=before)
    steps = chain(repo, repo.commit(files=after))
    repo.loose(repo.blob(GONE)).unlink()
    with reading(repo) as git:
        replay = Replay(Blobs(git))
        assert endured(git, steps, replay) == [1]
        assert {path: replay.settle(path).lines for path in lines} == lines
    assert set(replay.files) == {path.encode() for path in {**before, **after} if after.get(path)}
