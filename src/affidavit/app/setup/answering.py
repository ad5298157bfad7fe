"""What `affidavit init` answers in JSON, ``affidavit/setup@1``; the format is docs/init.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.setup.model import FORMAT
from affidavit.app.setup.ruleset import ruleset
from affidavit.app.setup.showing import open_points
from affidavit.base.digest import sha256

if TYPE_CHECKING:
    from affidavit.app.setup.model import Plan, Wanted


class PlannedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the set-up: its digest, what stands at its place, and whether it was written."""

    path: str
    digest: str
    state: str
    where: str
    written: bool


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer; `ruleset` is what a branch at GitHub needs."""

    format: str
    files: tuple[PlannedFile, ...]
    hooks: str | None
    open: tuple[str, ...]
    ruleset: dict[str, object] | None


def answer(plan: Plan, wanted: Wanted, written: tuple[str, ...]) -> Answer:
    """The answer to a plan of which the files `written` were written."""
    files = tuple(
        PlannedFile(
            path=one.file.path,
            digest=sha256(one.file.text.encode()),
            state=one.state,
            where=one.where,
            written=one.file.path in written,
        )
        for one in plan.steps
    )
    return Answer(
        format=FORMAT,
        files=files,
        hooks=plan.hooks,
        open=open_points(wanted, plan),
        ruleset=ruleset() if wanted.ci == "github" else None,
    )
