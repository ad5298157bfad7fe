"""Whether history that an earlier report saw is still there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from affidavit.audit.exceptions import REWRITTEN
from affidavit.audit.model import AuditException
from affidavit.base.digest import sha256
from affidavit.base.errors import InputError
from affidavit.base.limit import Limit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


CommitId = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{40}(?:[0-9a-f]{24})?$")]


class EarlierBranch(msgspec.Struct):
    """A branch and the commit it pointed at."""

    name: str
    head: CommitId


class EarlierRepository(msgspec.Struct):
    """What was audited then."""

    name: str
    object_format: str
    branches: tuple[EarlierBranch, ...]


class EarlierLanding(msgspec.Struct):
    """A landing that was listed then."""

    commit: CommitId
    change: str
    branches: tuple[str, ...]


class Earlier(msgspec.Struct):
    """The parts of an earlier report that are compared; its other fields are not read."""

    schema: str
    repository: EarlierRepository
    landings: tuple[EarlierLanding, ...]
    digest: str = ""
    """``sha256:…`` of the bytes it was read from."""
    doubts: tuple[Limit, ...] = ()
    """What stands in the way of believing it. No report says that of itself."""


def earlier_report(data: bytes, name: str) -> Earlier:
    """The earlier report in `data`; `name` is what the file is called in an error.

    Raises:
        InputError: It is no ``affidavit/audit@1`` report.
    """
    try:
        found = msgspec.json.decode(data, type=Earlier)
    except (msgspec.DecodeError, RecursionError) as error:
        raise InputError(f"{name} is not an Affidavit report: {error}") from error
    if found.schema != "affidavit/audit@1":
        raise InputError(f"{name} is a {found.schema!r} report, not affidavit/audit@1")
    return msgspec.structs.replace(found, digest=sha256(data), doubts=())


def rewritten(
    earlier: Earlier, chains: Mapping[str, Sequence[str]]
) -> tuple[list[AuditException], list[str]]:
    """Exceptions for what is gone, and the branches that could not be compared.

    A branch that only grew still has every landing the earlier report listed for it, and its head.
    """
    found: list[AuditException] = []
    unknown: list[str] = []
    for branch in earlier.repository.branches:
        chain = chains.get(branch.name)
        if chain is None:
            unknown.append(branch.name)
            continue
        found += _gone(earlier, branch, set(chain))
    return found, unknown


def _gone(earlier: Earlier, branch: EarlierBranch, landings: set[str]) -> list[AuditException]:
    found = []
    if branch.head not in landings:
        found.append(_exception(branch.head, f"the head of {branch.name} in the earlier report"))
    found += [
        _exception(one.commit, f"{one.change} of {branch.name} in the earlier report")
        for one in earlier.landings
        if branch.name in one.branches and one.commit not in landings and one.commit != branch.head
    ]
    return found


def _exception(commit: str, what: str) -> AuditException:
    reason = f"{what} is no landing of the branch now: history was rewritten"
    return AuditException(id=REWRITTEN, commit=commit, reason=reason)
