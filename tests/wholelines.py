"""The lines of a repository at its head, told as short as a test can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from affidavit.app.lines.opening import Asked, opened
from affidavit.app.lines.stored import followed
from affidavit.cli.progress import Silent

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.app.lines.held import Lines
    from affidavit.audit.lines.model import LinesReport
    from gitrepo import Repo

NAMED = "Co-authored-by: Claude <noreply@anthropic.com>"


class Line(NamedTuple):
    """A line of a file: its text, whose it is, on what ground, of which commit's which line."""

    text: str
    whose: str
    ground: str
    commit: str
    number: int


def told(repo: Repo, path: str, at: str | None = None) -> list[Line]:
    """Every line of the file at `path`."""
    with opened(Asked(repo.path, at)) as place:
        found = followed(place, Silent(), fresh=True)
        body = place.source.objects.blob_at(place.head, path, 1 << 20)
    assert body is not None
    pieces = [
        (one.made, one.commit, one.start + number)
        for one in found.pieces(path.encode())
        for number in range(one.length)
    ]
    return [
        Line(text.decode(), made.line_class, made.ground, commit, number + 1)
        for text, (made, commit, number) in zip(body.splitlines(), pieces, strict=True)
    ]


def whose(repo: Repo, path: str) -> list[tuple[str, str]]:
    """By line its text and whose it is."""
    return [(one.text, one.whose) for one in told(repo, path)]


def lines_of(repo: Repo | Path, at: str | None = None) -> Lines:
    """The lines of a repository, followed from the beginning."""
    with opened(Asked(repo if not hasattr(repo, "path") else repo.path, at)) as place:
        return followed(place, Silent(), fresh=True)


def report_of(repo: Repo, at: str | None = None, *, within: str = "") -> LinesReport:
    """What is told of a repository."""
    from affidavit.app.lines.report import report  # noqa: PLC0415 - after the others

    with opened(Asked(repo.path, at)) as place:
        return report(place, Silent(), within, fresh=True)
