"""What change records are put together from, for tests: a landing, its request, and variants."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from forge_builder import MERGE

if TYPE_CHECKING:
    from affidavit.changes.record.model import ChangeRecord

from affidavit.changes.critical import CriticalPaths
from affidavit.changes.forge.model import Origin, PullRequest
from affidavit.changes.forge.model import Record as ForgeRecord
from affidavit.changes.model import (
    Grade,
    Kind,
    Landing,
    Participant,
    PersonRole,
    Review,
)
from affidavit.changes.record.flags import Flags
from affidavit.changes.record.material import Forge, Kept, Material, Touched, Wishes
from affidavit.changes.record.record import change_record
from affidavit.changes.record.value import Source, SourceKind
from affidavit.provenance.model import Authorship, Claim, PartyKind, Role, Tier

ORIGIN = Origin(url="https://api/x", fetched_at="2026-04-01T00:00:00Z", digest="sha256:1")
EXPORT = Source(kind=SourceKind.FORGE, at="firm/app", digest="sha256:2")
ADA = Participant(
    name="Ada", email="ada@firm.mail", kind=PartyKind.PERSON, roles=(PersonRole.AUTHOR,)
)


def a_landing(**fields: object) -> Landing:
    """A squash of Ada's without a request."""
    usual = Landing(
        commit=MERGE,
        change="CHG-2026-03-01-001",
        kind=Kind.SQUASH,
        marks=(),
        landed_at="2026-03-01T12:00:00Z",
        committed_at="2026-03-01T12:00:00Z",
        title="Work",
        branches=("main",),
        pull_request=None,
        commits=(MERGE,),
        authors=(ADA,),
        authorship=Authorship.NO_SIGNAL,
        unrefined=False,
        inner=None,
        claims=(),
        review=Review(grade=Grade.R0, self_merged=None),
        critical_paths=(),
        exceptions=(),
    )
    return msgspec.structs.replace(usual, **fields)


def a_claim(**fields: object) -> Claim:
    """Claude's, on the landing."""
    usual = Claim(
        commit=MERGE,
        rule="PRV-CLAUDE-001",
        tier=Tier.B,
        agent="claude-code",
        role=Role.CO_AUTHOR,
        source="co-author",
        evidence="Co-authored-by: Claude <noreply@anthropic.com>",
        digest="sha256:3",
    )
    return msgspec.structs.replace(usual, **fields)


def kept(data: ForgeRecord) -> Kept[ForgeRecord]:
    """A record as an export holds it."""
    return Kept(origin=ORIGIN, data=data)


def a_forge(request: PullRequest | None = None, **fields: object) -> Forge:
    """What the forge has, everything collected."""
    known = Kept(origin=ORIGIN, data=request) if request else None
    usual = Forge(export=EXPORT, absent={}, request=known)
    return msgspec.structs.replace(usual, **fields)


def a_material(landing: Landing | None = None, **fields: object) -> Material:
    """A landing that changed one file, and nothing else that is known."""
    own = landing or a_landing()
    usual = Material(
        repository="firm/app",
        landings=(own,),
        touched={own.commit: Touched(paths=("a.py",))},
        messages={own.commit: "Work\n"},
        tagged=None,
        untagged=None,
        forge=None,
        ledger=None,
        wishes=Wishes(critical=CriticalPaths(("pay/**",)), emergency=("emergency",)),
    )
    return msgspec.structs.replace(usual, **fields)


def record(landing: Landing | None = None, **fields: object) -> ChangeRecord:
    """The record of what `a_material` makes."""
    return change_record(a_material(landing, **fields), Flags())
