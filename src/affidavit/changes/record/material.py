"""What a change record is put together from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

import msgspec

from affidavit.changes.critical import CriticalPaths
from affidavit.changes.forge.model import (
    Checks,
    Deployment,
    Origin,
    PullRequest,
    Push,
    Release,
)
from affidavit.changes.model import Landing
from affidavit.changes.record.owners import OwnerRules
from affidavit.changes.record.value import Source, SourceKind

R = TypeVar("R")


class Kept(msgspec.Struct, Generic[R], frozen=True, kw_only=True):
    """A record of the forge and where it came from."""

    origin: Origin
    data: R

    @property
    def source(self) -> Source:
        """Where it was read: a request is known by its own address, all else by what was asked."""
        at = self.data.url if isinstance(self.data, PullRequest) else self.origin.url
        return Source(
            kind=SourceKind.FORGE,
            at=at,
            digest=self.origin.digest,
            fetched_at=self.origin.fetched_at,
        )


class Ran(msgspec.Struct, frozen=True, kw_only=True):
    """A deployment that holds the change; `exact` is whether it names a commit of it."""

    deployment: Kept[Deployment]
    exact: bool


class Forge(msgspec.Struct, frozen=True, kw_only=True):
    """What the forge has of one change.

    `absent` says of a section that is not whole why not; `export` is the file it all comes from.
    `unshipped` is why others than `deployments` may hold the change.
    """

    export: Source
    absent: Mapping[str, str]
    request: Kept[PullRequest] | None = None
    checks: tuple[Kept[Checks], ...] = ()
    deployments: tuple[Ran, ...] = ()
    push: Kept[Push] | None = None
    unshipped: str | None = None


class Touched(msgspec.Struct, frozen=True, kw_only=True):
    """The paths that a landing changed; `more` is whether there are others."""

    paths: tuple[str, ...]
    more: bool = False


class Tagged(msgspec.Struct, frozen=True, kw_only=True):
    """The first tag that holds the change, and the forge's release of that name."""

    tag: str
    commit: str
    release: Kept[Release] | None = None


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the ledger about a commit of the change; `result` is what it says, in words.

    `outcome` is its result alone, where it has one; `covered` how many lines ran, and of how many.
    """

    index: int
    digest: str
    kind: str
    commit: str
    time: str
    result: str
    producer: str | None = None
    independent: bool | None = None
    outcome: str | None = None
    covered: tuple[int, int] | None = None


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """The roles that somebody had at a time; None where no version in force then gives any.

    `version` is a commit that holds the version of the identities which was in force.
    """

    roles: tuple[str, ...] | None = None
    version: str | None = None


class CodeOwners(msgspec.Struct, frozen=True, kw_only=True):
    """The file of code owners at `commit`, a base; `why` is why nothing of it is known.

    `rules` is None, too, where there is no such file.
    """

    commit: str
    path: str
    rules: OwnerRules | None = None
    why: str | None = None


class Wishes(msgspec.Struct, frozen=True, kw_only=True):
    """What whoever asks for records set: critical paths, and the labels of an emergency."""

    critical: CriticalPaths
    emergency: tuple[str, ...]


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """All of one change. `landings` are those that are known, the newest first.

    `touched` and `messages` are by commit; what is not in them could not be read. `tagged` is None
    where no tag that is here holds the change, and `untagged` is why another may all the same.
    `ledger` is None where none was given, and `untold` how many more of its facts there are.
    `unread` is how many messages of its commits were not looked at. `before` are facts about the
    commit that it landed on. `roles` are by who reviewed, as shown, and when; `owners` by landing.
    """

    repository: str
    landings: tuple[Landing, ...]
    touched: Mapping[str, Touched]
    messages: Mapping[str, str]
    tagged: Tagged | None
    untagged: str | None
    forge: Forge | None
    ledger: tuple[Told, ...] | None
    wishes: Wishes
    untold: int = 0
    unread: int = 0
    before: tuple[Told, ...] = ()
    roles: Mapping[tuple[str, str], Held] = {}
    owners: Mapping[str, CodeOwners] = {}

    @property
    def newest(self) -> Landing:
        """The landing that the forge names."""
        return self.landings[0]

    @property
    def oldest(self) -> Landing:
        """The landing whose id the change has."""
        return self.landings[-1]

    @property
    def request(self) -> Kept[PullRequest] | None:
        """The request, where the forge's records have it."""
        return self.forge.request if self.forge else None

    @property
    def is_outside(self) -> bool:
        """Whether the forge knows every request of that time, and none of them is this."""
        return any("outside-requests" in one.exceptions for one in self.landings)
