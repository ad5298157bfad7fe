"""An engine is dropped by the thread that made it, whichever thread finds it to be garbage."""

from __future__ import annotations

import gc
import threading
from typing import TYPE_CHECKING

import pytest

from affidavit.policy.belonging import keep, kept
from affidavit.policy.errors import EvaluationError
from affidavit.policy.regorus import Regorus
from rego_bundles import a_bundle

if TYPE_CHECKING:
    from collections.abc import Callable

GOOD = 'package p\n\nallow if input.a == "b"\n\ndeny contains "no" if not allow\n'


class User:
    """Uses something; a cycle keeps it until somebody looks for garbage."""

    def __init__(self) -> None:
        self.own = self


def elsewhere(work: Callable[[], object]) -> None:
    """Do `work` in a thread of its own, to its end."""
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def test_an_engine_in_a_cycle_is_not_dropped_by_the_thread_that_finds_it() -> None:
    engine = Regorus(a_bundle(GOOD))
    engine.own = engine  # type: ignore[attr-defined]
    del engine
    elsewhere(gc.collect)


def test_an_engine_of_a_bundle_that_is_refused_is_not_either() -> None:
    try:
        Regorus(a_bundle("package p\n\nallow if {"))
    except EvaluationError as error:
        error.own = error  # type: ignore[attr-defined]
    elsewhere(gc.collect)


def test_what_nobody_uses_goes_when_its_thread_keeps_another_thing() -> None:
    before = kept()
    users = [User() for _ in range(3)]
    for user in users:
        keep(object(), user)
    assert kept() >= 3
    users.clear()
    del user
    elsewhere(gc.collect)
    last = User()
    keep(object(), last)
    assert kept() <= before + 1


def test_each_thread_keeps_its_own() -> None:
    found = []
    elsewhere(lambda: found.append(kept()))
    assert found == [0]


def test_an_engine_is_of_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Regorus(a_bundle(GOOD))
    monkeypatch.setattr(engine, "_thread", -1)
    with pytest.raises(EvaluationError, match="belongs to the thread"):
        engine.query("data.p.allow", b"{}")
