from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import tricks
from reading import listing, read

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from gitrepo import Repo

    Trick = Callable[[Repo, Sequence[str]], None]

TRICKS = [
    pytest.param(tricks.replaced, "replace-refs", id="replace ref"),
    pytest.param(tricks.grafted, "grafts", id="grafts"),
    pytest.param(tricks.cut_off, "shallow-not-used", id="forged shallow"),
    pytest.param(tricks.graph_forged, "commit-graph", id="forged commit-graph"),
    pytest.param(tricks.midx_forged, "multi-pack-index", id="forged multi-pack-index"),
    pytest.param(
        tricks.idx_forged, "history-read-directly pack-index-wrong", id="forged pack index"
    ),
    pytest.param(
        tricks.hostile_config, "configuration-not-obeyed partial-clone", id="hostile configuration"
    ),
]


@pytest.mark.parametrize(("trick", "named"), TRICKS)
def test_a_trick_changes_no_population_and_is_named(
    tmp_path: Path, trick: Trick, named: str
) -> None:
    repo, ids = tricks.history(tmp_path / "repo")
    trick(repo, ids)
    before = listing(tmp_path)
    found = read(repo.path)
    assert found.commits == frozenset(ids)
    assert found.graph.parents == {id_: repo.parents(id_) for id_ in ids}
    assert found.limits == {*named.split()}
    assert (found.graph.missing, found.graph.damaged, found.graph.bridges) == (set(), set(), {})
    assert listing(tmp_path) == before


DAMAGE = [
    pytest.param(tricks.damaged_content(b"garbage"), id="garbage"),
    pytest.param(tricks.damaged_content(b""), id="empty"),
    pytest.param(tricks.truncated, id="truncated"),
    pytest.param(tricks.folder_in_place, id="a folder in its place"),
]


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_commit_costs_what_only_it_leads_to(tmp_path: Path, damage: Trick) -> None:
    repo, ids = tricks.history(tmp_path / "repo")
    damage(repo, ids)
    before = listing(tmp_path)
    found = read(repo.path)
    assert found.commits == frozenset(ids) - set(ids[5:7])
    assert found.graph.missing | found.graph.damaged == {ids[6]}
    assert found.limits & {"missing-commits", "damaged-commits"}
    assert listing(tmp_path) == before


def test_a_commit_with_changed_bytes_costs_itself_only(tmp_path: Path) -> None:
    repo, ids = tricks.history(tmp_path / "repo")
    tricks.author_changed(repo, ids)
    found = read(repo.path)
    assert found.commits == frozenset(ids) - {ids[6]}
    assert found.graph.damaged == {ids[6]}
    assert found.graph.bridges == {ids[6]: (ids[5],)}
    assert found.limits == {"damaged-commits", "history-read-directly"}
