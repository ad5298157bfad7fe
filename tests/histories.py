"""What an audit tells of a repository that a test built, in a form whose whole can be compared."""

from __future__ import annotations

import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from io import StringIO
from typing import TYPE_CHECKING, NamedTuple, TypedDict, Unpack
from unittest.mock import patch

from affidavit.app.audit import Request, audit
from affidavit.app.gather import Bounds
from affidavit.base.period import since, until
from affidavit.cli.main import main
from gitobjects import Store

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.audit.model import Report
    from affidavit.audit.rewritten import Earlier
    from affidavit.changes.model import Landing

CAROL = "Carol Reyes <carol@firm.mail>"
CLAUDE = "Claude <noreply@anthropic.com>"
DEPENDABOT = "dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>"
BY_CLAUDE = "Co-Authored-By: Claude <noreply@anthropic.com>"
CHANGE_ID = "I" + "0123456789" * 4
CONTROLS = frozenset(chr(n) for n in (*range(10), *range(11, 32), *range(127, 160)))
"""Control characters, but for the line feed."""
EARLIEST, LATEST = "0001-01-01", "9999-12-30"


class Silence:
    """Takes no notice of progress."""

    def step(self, name: str, done: int = 0, total: int | None = None) -> None:
        """Take no notice."""


class Asked(TypedDict, total=False):
    """What `audited` can be asked for; dates are those of ``--since`` and ``--until``."""

    branches: tuple[str, ...]
    since: str
    until: str
    name: str
    config: Path
    identities: Path
    earlier: Earlier


def audited(repo: Store | Path, **asked: Unpack[Asked]) -> Report:
    """The report on a repository, in the whole of its history unless dates say otherwise."""
    asked.setdefault("since", EARLIEST)
    asked.setdefault("until", LATEST)
    return by_default(repo, **asked)


def by_default(repo: Store | Path, **asked: Unpack[Asked]) -> Report:
    """The report on a repository for the period that is chosen where none is asked for."""
    first, last, earlier = asked.get("since"), asked.get("until"), asked.get("earlier")
    request = Request(
        repository=repo.path if isinstance(repo, Store) else repo,
        branches=asked.get("branches", ()),
        bounds=Bounds(
            None if first is None else since(first), None if last is None else until(last)
        ),
        name=asked.get("name"),
        config=asked.get("config"),
        identities=asked.get("identities"),
        earlier=None if earlier is None else lambda _name: earlier,
    )
    return audit(request, Silence())


def newest(repo: Store | Path, **asked: Unpack[Asked]) -> Landing:
    """The newest landing of the first audited branch."""
    return audited(repo, **asked).landings[0]


class Told(NamedTuple):
    """What a report says of one landing; `people` as ``Name: role role`` in their order."""

    kind: str
    authorship: str
    grade: str
    people: tuple[str, ...]
    self_merged: bool | None = None
    pull_request: str | None = None
    marks: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()
    brought: int = 0
    """How many commits it brought in beside itself."""


def told(landing: Landing) -> Told:
    """`landing` as a value to compare."""
    pull = landing.pull_request
    return Told(
        kind=landing.kind.value,
        authorship=landing.authorship.value,
        grade=landing.review.grade.value,
        self_merged=landing.review.self_merged,
        people=tuple(f"{one.name}: {' '.join(one.roles)}" for one in landing.authors),
        pull_request=f"{pull.forge} {pull.number} {pull.proof}" if pull else None,
        marks=tuple(mark.value for mark in landing.marks),
        exceptions=landing.exceptions,
        brought=len(landing.commits) - 1,
    )


class Ended(NamedTuple):
    """How a run of the program ended: its exit status, and what it printed."""

    status: int
    out: str
    err: str


def ran(*args: str | Path, here: Path) -> Ended:
    """The program run in this process, with `args`, in the directory `here`."""
    here.mkdir(exist_ok=True)
    out, err = StringIO(), StringIO()
    argv = ["affidavit", *map(str, args)]
    with chdir(here), redirect_stdout(out), redirect_stderr(err), patch.object(sys, "argv", argv):
        try:
            main()
        except SystemExit as ended:
            return Ended(int(ended.code or 0), out.getvalue(), err.getvalue())
    raise AssertionError("the program did not end by itself")


def judged(repo: Store | Path) -> tuple[str, bool | None]:
    """The newest landing's grade, and whether its merger is an author."""
    review = newest(repo).review
    return review.grade.value, review.self_merged


def people(repo: Store | Path) -> tuple[str, ...]:
    """Whom the newest landing names, with their roles."""
    return told(newest(repo)).people
