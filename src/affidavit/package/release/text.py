"""A release as lines for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.text import visible
from affidavit.package.html.words import count, plural
from affidavit.package.records.words import words as told
from affidavit.package.release import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeVar

    from affidavit.audit.release.model import Files, Release
    from affidavit.changes.record.value import Listed

    T = TypeVar("T")

_SHOWN = 5
"""Rows of one sort that are shown; the files have all."""


def summary(release: Release) -> Iterator[str]:
    """The lines; none holds a control character."""
    return map(visible, _summary(release))


def _summary(release: Release) -> Iterator[str]:
    counted, every = release.population, release.totals.every
    yield f"{release.repository}, release of {words.between(release.range)}"
    yield (
        f"{plural(every.changes, 'change')}, {plural(counted.landings, 'landing')},"
        f" {plural(counted.commits, 'commit')}"
    )
    for one in words.notices(release.range, counted.again):
        yield _row("range", one)
    yield from _changes(release)
    yield from _files(release)
    yield from _items("checks", release.checks, words.check)
    yield from _items("results", release.results, told)
    yield from _items("deployments", release.deployments, told)
    yield from _items("artefacts", release.artifacts, words.artifact)
    yield _row("release", words.published(release))
    yield _row("exceptions", words.exceptions(release))
    yield _row("limits", f"{plural(len(release.limits), 'thing')} this report cannot see")
    yield _row("unknown", plural(len(release.unknown), "thing"))
    yield from (f"  {one}" for one in release.unknown)


def _row(name: str, text: str) -> str:
    return f"{name:<14} {text}"


def _changes(release: Release) -> Iterator[str]:
    every, ai = release.totals.every, release.totals.ai
    agents = ", ".join(f"{one.agent} {one.landings:,}" for one in release.totals.agents)
    share = words.of(ai.changes, every.changes)
    yield _row("AI changes", f"at least {share} changes{f': {agents}' if agents else ''}")
    silent = release.totals.authorship.get("no-signal", 0)
    yield _row("no signal", f"{words.of(silent, every.changes)} changes: author unknown")
    yield _row("AI review", words.review(release.totals.ai))
    yield _row("other review", words.review(release.totals.other))


def _files(release: Release) -> Iterator[str]:
    yield _row("files", f"AI changes touched {_file_words(release.share.every, ' changed files')}")
    yield from (_row("", one) for one in words.doubts(release.share))
    changed = [one for one in release.share.components if one.changed]
    for one in changed[:_SHOWN]:
        yield f"  {one.component}: {_file_words(one)}"
    if len(changed) > _SHOWN:
        yield f"  and {plural(len(changed) - _SHOWN, 'component')} more"


def _file_words(one: Files, of: str = "") -> str:
    touched = words.of(one.ai_touched, one.changed)
    return f"at least {touched}{of}, {one.ai_last:,} of them last; no signal {one.no_signal:,}"


def _items(name: str, found: Listed[T], say: Callable[[T], str]) -> Iterator[str]:
    values = found.values
    last = words.end(found)
    yield _row(name, last or plural(len(values), "entry", "entries"))
    yield from (f"  {say(one)}" for one in values[:_SHOWN])
    if len(values) > _SHOWN:
        yield f"  and {count(len(values) - _SHOWN)} more"
