"""What coverage watches: every import of a module of ours, and the tests that add to it.

To be watched doubles the time of a test that does much, and of the collection of all tests. What is
not watched can only make coverage seem less than it is.
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import spec_from_file_location
from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from types import ModuleType

OURS = "affidavit"
UNWATCHED = {
    "forge",
    "gate",
    "policy_default",
    "test_canonical.py",
    "test_collecting_again.py",
    "test_forks.py",
    "test_gate_spoken.py",
    "test_html_browser.py",
    "test_ledger_audits.py",
    "test_ledger_machine.py",
    "test_ledger_shell.py",
    "test_limits_of_a_forge.py",
    "test_organisation.py",
    "test_organisation_cases.py",
    "test_organisation_missing.py",
    "test_others.py",
    "test_shape.py",
    "test_signals_hostile.py",
    "test_signals_samples.py",
    "test_sworn_audit.py",
    "test_sworn_rejected.py",
    "test_vault_forgets.py",
}
"""Folders and files of tests that run hardly a line of ours that no other test runs."""


class Coverage(Protocol):
    """What watches."""

    def start(self) -> None:
        """Watch."""

    def stop(self) -> None:
        """Watch no more."""


class Watch:
    """Coverage's watch over this process; it is kept when the session begins, if at all."""

    def __init__(self, coverage: Coverage | None) -> None:
        self.coverage = coverage
        self.process = os.getpid()
        self.on = True

    def turn(self, *, on: bool) -> None:
        """Watch from now on, or no more.

        A thread is watched until the next turn: between tests that are watched alike there is none.
        """
        if self.coverage is not None and on != self.on:
            (self.coverage.start if on else self.coverage.stop)()
            self.on = on

    @contextmanager
    def turned(self, *, on: bool) -> Iterator[None]:
        """Watch meanwhile, or not, and go on as before."""
        before = self.on
        self.turn(on=on)
        try:
            yield
        finally:
            self.turn(on=before)

    def is_here(self) -> bool:
        """Whether this is what is watched: another thread or a forked process has its own watch."""
        return threading.current_thread() is threading.main_thread() and os.getpid() == self.process


class Imports(MetaPathFinder):
    """Finds the modules of ours, whose import is watched whoever asks for it."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Where the module is, if it is one of ours."""
        if fullname.partition(".")[0] != OURS:
            return None
        found = PathFinder.find_spec(fullname, path, target)
        if found is None or found.origin is None:
            return None
        return spec_from_file_location(
            fullname,
            found.origin,
            loader=_Watched(fullname, found.origin, self.watch),
            submodule_search_locations=found.submodule_search_locations,
        )


class _Watched(SourceFileLoader):
    def __init__(self, fullname: str, path: str, watch: Watch) -> None:
        super().__init__(fullname, path)
        self.watch = watch

    def exec_module(self, module: ModuleType) -> None:
        if not self.watch.is_here():
            super().exec_module(module)
            return
        with self.watch.turned(on=True):
            super().exec_module(module)


WATCH = pytest.StashKey[Watch]()


def watch_of(config: pytest.Config) -> Watch:
    """Coverage's watch over this process."""
    if WATCH not in config.stash:
        controller = getattr(config.pluginmanager.getplugin("_cov"), "cov_controller", None)
        config.stash[WATCH] = Watch(getattr(controller, "cov", None))
    return config.stash[WATCH]


def watch_imports_alone(config: pytest.Config) -> None:
    """Watch from now on how each module of ours is imported, and nothing else."""
    watch = watch_of(config)
    sys.meta_path.insert(0, Imports(watch))
    watch.turn(on=False)


def watch_rightly(item: pytest.Item) -> None:
    """Watch, unless the file of `item` adds nothing: the test, and the making of its fixtures."""
    watch_of(item.config).turn(on=UNWATCHED.isdisjoint(item.path.parts))


def watched_rightly(item: pytest.Item) -> AbstractContextManager[None]:
    """What `item` itself runs is not watched meanwhile, if that adds nothing.

    Nor is a property test: what it reaches is chance, and examples have to reach it too.
    """
    watch = watch_of(item.config)
    marked = any(item.get_closest_marker(each) for each in ("unwatched", "hypothesis"))
    return watch.turned(on=watch.on and not marked)
