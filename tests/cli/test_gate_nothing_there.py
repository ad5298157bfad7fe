"""``affidavit gate --live`` where the forge has no such request, or no such repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from collectors import SECRET
from gates import Gates
from histories import ran

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from histories import Ended


@pytest.fixture
def firm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gates]:
    made = Gates(tmp_path)
    monkeypatch.setenv("GITHUB_TOKEN", SECRET)
    with made.forge:
        yield made


def run(firm: Gates, *args: str) -> Ended:
    asked = ("--live", "--api-url", firm.forge.url, "--quiet", *args)
    return ran("gate", "--repo", firm.shop.git.path, *asked, here=firm.folder)


def test_a_request_that_is_not_there_is_told_as_that(firm: Gates) -> None:
    firm.opened()
    done = run(firm, "--change", "999", "--repository", "firm/shop")
    why = "firm/shop has no request 999, or none that the token may see"
    assert (done.status, done.err.splitlines()) == (
        5,
        [f"affidavit: AFF-FORGE: {why}", "  give --base and --head to have the rest judged"],
    )


def test_a_repository_that_is_not_there_is_told_as_that(firm: Gates) -> None:
    done = run(firm, "--change", "1", "--repository", "firm/gone")
    why = "answers with status 404: there is no such repository, or the token may not see it"
    assert (done.status, done.err.splitlines()[0]) == (
        5,
        f"affidavit: AFF-FORGE: {firm.forge.url}/repos/firm/gone {why} (docs/collect.md)",
    )
