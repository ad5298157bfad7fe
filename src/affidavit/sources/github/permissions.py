"""What accounts may do in the repository, as of now: of no time before anybody tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.changes.forge.model import Line, Missing, Permission
from affidavit.sources.github.accounts import User
from affidavit.sources.github.answer import Answer, decoded, decoded_part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.changes.forge.model import Account
    from affidavit.sources.github.rest import Rest

_LEVELS = ("admin", "push", "pull")
_NAMES = {"admin": "admin", "push": "write", "pull": "read"}
"""The level as the permission of one account is told, by what the list of all says."""


class _Collaborator(User):
    permissions: dict[str, bool] = msgspec.field(default_factory=dict)
    role_name: str | None = None


class _Permission(msgspec.Struct):
    permission: str | None = None
    role_name: str | None = None


def collaborators(rest: Rest) -> Iterator[Line | Answer]:
    """Everybody who has a permission; a refusal in place of the rest where the forge refuses."""
    for answer in rest.pages(rest.url("collaborators", affiliation="all", per_page="100")):
        if answer.status != 200:
            yield answer
            return
        for raw in decoded(answer, list[msgspec.Raw]):
            found = decoded_part(answer, bytes(raw), _Collaborator)
            level = next((one for one in _LEVELS if found.permissions.get(one)), None)
            data = Permission(
                account=found.account(),
                at=answer.at,
                permission=_NAMES[level] if level else None,
                role=found.role_name,
                missing=() if level else (Missing("permission", "hidden"),),
            )
            yield Line(origin=answer.origin(bytes(raw)), data=data)


def permission(rest: Rest, account: Account) -> Line:
    """What `account` may do."""
    answer = rest.get("collaborators", account.login, "permission")
    found = _Permission()
    missing: tuple[Missing, ...] = ()
    if answer.status == 200:
        found = decoded(answer, _Permission)
    else:
        missing = (answer.missing("permission"),)
    data = Permission(
        account=account,
        at=answer.at,
        permission=found.permission,
        role=found.role_name,
        missing=missing,
    )
    return Line(origin=answer.origin(), data=data)
