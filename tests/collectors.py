"""Collecting in tests: from the forge of ``forges``, without waiting, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, TypeVar, Unpack

import httpx

from affidavit.app.collecting.collect import Collected, collected
from affidavit.app.collecting.wanted import SECTIONS, Wanted
from affidavit.sources.forge.reading import Export
from affidavit.sources.github.graph import Graph
from affidavit.sources.github.server import server
from affidavit.sources.github.token import Token
from affidavit.sources.github.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from affidavit.changes.forge.model import Record
    from forges import Forge

SECRET = "ghp_a1B2c3D4e5F6g7H8i9J0kLmNoPqRsTuVwXyZ"
API = "https://api.github.com"
START = 1_767_600_000.0
"""5 January 2026, 08:00 UTC."""
R = TypeVar("R", bound="Record")


class More(TypedDict, total=False):
    since: str | None
    repository: Path | None
    sections: tuple[str, ...]


class Nobody:
    """Is told of a collection, and keeps the waits."""

    def __init__(self) -> None:
        self.waits: list[tuple[float, str]] = []

    def step(self, name: str, done: int = 0, total: int | None = None) -> None:
        pass

    def waiting(self, seconds: float, why: str) -> None:
        self.waits.append((seconds, why))


class Waits:
    """Waits in no time: the clock is moved on."""

    def __init__(self, forge: Forge | None = None) -> None:
        self.waited: list[tuple[float, str]] = []
        self._forge = forge
        self._now = START

    def now(self) -> float:
        return self._now if self._forge is None else float(self._forge.clock.now)

    def wait(self, seconds: float, why: str) -> None:
        self.waited.append((seconds, why))
        self._now += seconds
        if self._forge is not None:
            self._forge.clock.advance(seconds=int(seconds) + 1)


def gathered(
    forge: Forge, output: Path, *, waits: Waits | None = None, **more: Unpack[More]
) -> Collected:
    """Collect ``firm/shop`` from `forge` into `output`."""
    wanted = Wanted(owner="firm", name="shop", url=forge.url, output=output, **more)
    return collected(wanted, Token(SECRET), Nobody(), waiting=waits or Waits(forge))


def only(*names: str) -> tuple[str, ...]:
    """These sections."""
    assert set(names) <= set(SECTIONS)
    return names


def records(output: Path, sort: type[R]) -> list[R]:
    """The newest records of `sort` in the export at `output`."""
    return [one.data for one in Export(output).lines() if isinstance(one.data, sort)]


def transport(
    answer: Callable[[httpx.Request], httpx.Response], waits: Waits | None = None
) -> Transport:
    """A transport whose requests `answer` answers."""
    client = httpx.Client(transport=httpx.MockTransport(answer), follow_redirects=False)
    return Transport(server(API), Token(SECRET), waits or Waits(), client=client)


def graph(answer: Callable[[httpx.Request], httpx.Response]) -> Graph:
    """GraphQL about ``firm/shop`` whose requests `answer` answers."""
    return Graph(transport(answer), "firm", "shop")


class Script:
    """Gives the answers of a list, one after the other, and keeps what was asked."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self._answers = list(answers)
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer
