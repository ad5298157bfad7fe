"""Setting a status on a commit: what a gate decided, where the forge's rules look for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from affidavit.base.errors import ForgeError
from affidavit.base.text import shortened, visible
from affidavit.changes.forge.model import Account
from affidavit.sources.github.accounts import User, account, instant
from affidavit.sources.github.answer import decoded
from affidavit.sources.github.transport import RefusedError

if TYPE_CHECKING:
    from affidavit.sources.github.answer import Answer
    from affidavit.sources.github.rest import Rest

LONGEST = 140
"""Characters of a description that GitHub takes."""
State = Literal["error", "failure", "pending", "success"]


class NewStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A status to be set. `url` is where a person reads on."""

    commit: str
    state: State
    context: str
    description: str
    url: str | None = None


class Posted(msgspec.Struct, frozen=True, kw_only=True):
    """A status that was set: the forge's number for it, when, and in whose name."""

    id: int
    at: str
    by: Account | None


class _Told(msgspec.Struct):
    id: int
    state: str
    context: str
    created_at: str
    creator: User | None = None


def posted(rest: Rest, new: NewStatus) -> Posted:
    """Set the status `new`; setting it twice changes nothing but the number of statuses.

    Raises:
        ForgeError: The forge does not set it, or set something else.
    """
    body = {
        "state": new.state,
        "context": new.context,
        "description": shortened(visible(new.description), LONGEST),
        "target_url": new.url,
    }
    told = msgspec.json.encode({name: value for name, value in body.items() if value is not None})
    answer = rest.transport.send(rest.url("statuses", new.commit), told)
    if answer.status != 201:
        raise _refused(answer)
    made = decoded(answer, _Told)
    if (made.state, made.context) != (new.state, new.context):
        raise ForgeError(f"{answer.url} set another status than the one that was given")
    return Posted(id=made.id, at=instant(made.created_at), by=account(made.creator))


def _refused(answer: Answer) -> RefusedError:
    reason = visible(shortened(answer.message, 200)) or "no reason given"
    needs = f"; it needs {answer.permission}" if answer.permission else ""
    told = f"{answer.url} does not set the status ({answer.status}): {reason}{needs}"
    return RefusedError(told, status=answer.status, needs=answer.permission)
