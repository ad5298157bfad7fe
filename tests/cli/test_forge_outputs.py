"""What an audit with a forge's records leaves in its folder."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from forge_exports import deployment, export
from histories import ran

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gitrepo import Repo
    from histories import Ended


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Ended]:
    """Runs the program in the directory ``here``, which its arguments are relative to."""
    return partial(ran, here=tmp_path / "here")


def test_deployments_have_a_file_and_a_run_without_records_disowns_it(
    repo: Repo, run: Callable[..., Ended], tmp_path: Path
) -> None:
    repo.commit("Begin", date="2026-01-01")
    other = repo.commit("Other", branch="work", at="main", date="2026-01-02")
    forge = export(tmp_path / "forge.jsonl", [deployment(1, other, "2026-01-01T00:00:00Z")])
    given = ("audit", repo.path, "--name", "firm/shop", "--quiet", "--output", tmp_path / "out")
    with_records = run(*given, "--forge", forge)
    assert (with_records.status, with_records.err) == (0, "")
    rows = (tmp_path / "out" / "deployments.csv").read_text("utf-8").splitlines()
    assert rows[1:] == [f"1,production,yes,main,{other},2026-01-01T00:00:00Z,,no"]
    without = run(*given)
    named = f"affidavit: of an earlier run, not this one: deployments.csv (in {tmp_path / 'out'})\n"
    assert without.err == named


def test_a_deployment_without_a_change_is_an_exception_that_fails(
    repo: Repo, run: Callable[..., Ended], tmp_path: Path
) -> None:
    repo.commit("Begin", date="2026-01-01")
    other = repo.commit("Other", branch="work", at="main", date="2026-01-02")
    forge = export(tmp_path / "forge.jsonl", [deployment(1, other, "2026-01-01T00:00:00Z")])
    ended = run(
        "audit", repo.path, "--name", "firm/shop", "--forge", forge, "--fail-on", "exceptions"
    )
    assert ended.status == 1
    assert f"  {other[:12]} deployment-without-change: deployed to production at" in ended.out
