from __future__ import annotations

from importlib.util import module_from_spec
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

import affidavit.base
from watching import UNWATCHED, WATCH, Imports, Watch, watch_rightly, watched_rightly

if TYPE_CHECKING:
    from collections.abc import Callable

TESTS = Path(__file__).parents[1]


class Told:
    """A coverage that notes what it is told."""

    def __init__(self) -> None:
        self.told = list[str]()

    def start(self) -> None:
        self.told.append("start")

    def stop(self) -> None:
        self.told.append("stop")


def item(watch: Watch, *marks: str, file: str = "test_some.py") -> pytest.Item:
    config = SimpleNamespace(stash=pytest.Stash())
    config.stash[WATCH] = watch
    by_name: Callable[[str], str | None] = {each: each for each in marks}.get
    made = SimpleNamespace(config=config, get_closest_marker=by_name, path=TESTS / "app" / file)
    return cast("pytest.Item", made)


def test_every_name_that_is_not_watched_is_one_of_a_file_or_folder_of_tests() -> None:
    assert UNWATCHED - {path.name for path in TESTS.rglob("*")} == set()


def test_a_file_that_adds_nothing_is_not_watched_and_what_follows_is() -> None:
    coverage = Told()
    watch = Watch(coverage)
    watch_rightly(item(watch))
    watch_rightly(item(watch, file="test_shape.py"))
    watch_rightly(item(watch, file="test_others.py"))
    watch_rightly(item(watch))
    assert coverage.told == ["stop", "start"]


@pytest.mark.parametrize("mark", ["hypothesis", "unwatched"])
def test_what_adds_nothing_by_itself_is_not_watched_while_it_runs(mark: str) -> None:
    coverage = Told()
    with watched_rightly(item(Watch(coverage), mark)):
        assert coverage.told == ["stop"]
    assert coverage.told == ["stop", "start"]


def test_a_test_in_a_file_that_adds_nothing_is_not_watched_without_a_mark_either() -> None:
    coverage = Told()
    watch = Watch(coverage)
    watch.turn(on=False)
    with watched_rightly(item(watch)), watched_rightly(item(watch, "browser")):
        pass
    assert coverage.told == ["stop"]


def test_the_import_of_a_module_of_ours_is_watched_when_nothing_else_is() -> None:
    coverage = Told()
    watch = Watch(coverage)
    watch.turn(on=False)
    found = Imports(watch).find_spec("affidavit.base.period", affidavit.base.__path__)
    assert found is not None
    assert found.loader is not None
    module = module_from_spec(found)
    found.loader.exec_module(module)
    assert (module.since.__name__, coverage.told) == ("since", ["stop", "start", "stop"])


def test_a_module_that_is_not_ours_is_found_by_others() -> None:
    assert Imports(Watch(Told())).find_spec("json", None) is None


def test_without_coverage_nothing_is_turned() -> None:
    watch = Watch(None)
    with watch.turned(on=False):
        assert watch.on
