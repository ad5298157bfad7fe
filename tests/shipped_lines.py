"""A repository with tags and deployments, and what is told of the commit that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import msgspec

from affidavit.app.lines.opening import Asked, opened
from affidavit.changes.forge.model import Release
from forgelines import ANN

if TYPE_CHECKING:
    from pathlib import Path
    from typing import TypedDict

    from affidavit.app.lines.opening import Opened
    from affidavit.audit.lines.model import At
    from gitrepo import Repo

    class Which(TypedDict, total=False):
        """Which commit is asked for, and by whose records."""

        release: str
        deployed: str
        forge: Path | None
        ledger: Path | None
        name: str


def opened_at(repo: Repo, **which: Unpack[Which]) -> Opened:
    """What is opened of the repository."""
    with opened(Asked(repo.path, **which)) as found:
        return found


def commit_at(repo: Repo, **which: Unpack[Which]) -> str:
    """The commit that is asked for; nothing is unsure of it."""
    found = opened_at(repo, **which)
    assert limits_at(repo, **which) == []
    return found.head


def limits_at(repo: Repo, **which: Unpack[Which]) -> list[tuple[str, tuple[str, ...], bool]]:
    """What is unsure of it: the id of each limit, what it concerns, and whether it is a gap."""
    return [(one.id, one.items, one.gap) for one in opened_at(repo, **which).settings.limits]


def at(found: Opened) -> At:
    """What was asked for, a release or a deployment."""
    assert not isinstance(found.at, msgspec.UnsetType)
    return found.at


def unsure(*why: str) -> list[tuple[str, tuple[str, ...], bool]]:
    """That what is deployed is not sure, and why."""
    return [("deployed-unsure", why, True)]


def release(number: int, tag: str, published: str | None, **fields: object) -> Release:
    """A release of a forge."""
    usual: dict[str, object] = {
        "id": number,
        "tag": tag,
        "target": "main",
        "name": f"Version {number}",
        "draft": False,
        "created_at": "2026-01-01T00:00:00Z",
        "published_at": published,
        "author": ANN,
    }
    return Release(**{**usual, **fields})  # type: ignore[arg-type]  # a test names real fields
