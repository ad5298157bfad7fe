"""One request as the forge tells of it now: the same records that an export would have."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit import __version__
from affidavit.app.asking.model import (
    ForgeNow,
    NoRequestError,
    SeveralRequestsError,
    is_own,
    see_meant,
)
from affidavit.app.collecting.collect import Patience
from affidavit.base.errors import ForgeError
from affidavit.changes.forge.model import BranchRules, Checks, Line, Missing, PullRequest, Push
from affidavit.sources.github.activity import pushes
from affidavit.sources.github.answer import UntoldError
from affidavit.sources.github.checks import ran_on
from affidavit.sources.github.graph import Graph, Sized
from affidavit.sources.github.pulls import one as pull
from affidavit.sources.github.requests import called, of_commit
from affidavit.sources.github.rest import Rest
from affidavit.sources.github.rules import branch_rules
from affidavit.sources.github.server import PUBLIC, server
from affidavit.sources.github.transport import RefusedError, Transport, see_told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from affidavit.app.collecting.wanted import Told
    from affidavit.sources.github.token import Token
    from affidavit.sources.github.transport import Waiting

LONGEST_WAIT = 300.0
"""Seconds that are waited in all: who waits for a merge rather asks again."""
MOST_PAGES = 20
"""Pages of pushes to one branch, the newest first, that are asked for."""
_GONE = 404
"""What is answered of what is not there, or may not be seen."""
_QUEUE = ("added_to_merge_queue", "removed_from_merge_queue")


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """A request of `owner`/`name` at the REST base `url`: its number, or else its head.

    With both, the head has to be that one still, and with `base` it has to be for that branch.
    `branch` is where the head came from, such as ``mia:work``. `group` is the commit by which a
    merge queue tests it: it has to be in the queue.
    """

    owner: str
    name: str
    url: str = PUBLIC
    number: int | None = None
    head: str | None = None
    base: str | None = None
    branch: str | None = None
    group: str | None = None


class Brief(Patience):
    """Waits, but not for long.

    Raises:
        ForgeError: It would be more than `LONGEST_WAIT` in all.
    """

    def __init__(self, told: Told) -> None:
        super().__init__(told)
        self._left = LONGEST_WAIT

    def wait(self, seconds: float, why: str) -> None:
        """Return after so many seconds."""
        if seconds > self._left:
            raise ForgeError(f"the forge is to be waited for {seconds:.0f} s longer: {why}")
        self._left -= seconds
        super().wait(seconds, why)


class _Forge(NamedTuple):
    """The forge as it is asked about one repository."""

    graph: Graph
    rest: Rest
    repository: str
    default_branch: str | None


def request_live(
    wanted: Asking, token: Token, told: Told, *, waiting: Waiting | None = None
) -> ForgeNow:
    """What the forge tells of the request that is `wanted`.

    Raises:
        NoRequestError: There is none, or it is not as it is wanted any more.
        SeveralRequestsError: Several open ones have the head.
        ForgeError: The forge does not tell.
    """
    place = server(wanted.url)
    agent = f"affidavit/{__version__}"
    with Transport(place, token, waiting or Brief(told), agent=agent) as transport:
        found = called(Rest(transport, wanted.owner, wanted.name))
        owner, _, name = found.full_name.partition("/")
        forge = _Forge(
            Graph(transport, owner, name), Rest(transport, owner, name),
            found.full_name, found.default_branch,
        )  # fmt: skip
        return _told(forge, wanted)


def _told(forge: _Forge, wanted: Asking) -> ForgeNow:
    number = _number(forge.rest, wanted) if wanted.number is None else wanted.number
    line = _line(forge, number)
    request = line.data
    assert isinstance(request, PullRequest)
    see_meant(request, head=wanted.head, base=wanted.base)
    if wanted.group is not None and not _is_queued(request):
        raise NoRequestError(f"the request {number} is not in the merge queue")
    missing: list[Missing] = []
    return ForgeNow(
        forge="github",
        host=forge.rest.transport.place.host,
        repository=forge.repository,
        at=line.origin.fetched_at,
        request=request,
        checks=_checks(forge, (request.head_oid, wanted.group), missing),
        rules=_rules(forge.rest, request),
        pushes=_pushes(forge, request, missing),
        twins=_twins(forge.rest, request, missing),
        group=wanted.group,
        default_branch=forge.default_branch,
        missing=tuple(missing),
    )


def _line(forge: _Forge, number: int) -> Line:
    """The forge's record of a request.

    Raises:
        NoRequestError: There is none of that number, or none that the token may see.
        ForgeError: The forge does not tell.
    """
    try:
        return pull(forge.graph, number)
    except (RefusedError, UntoldError) as error:
        if forge.rest.transport.get(forge.rest.url("pulls", str(number))).status != _GONE:
            raise
        why = f"{forge.repository} has no request {number}, or none that the token may see"
        raise NoRequestError(why) from error


def _number(rest: Rest, wanted: Asking) -> int:
    """The number of the request with the wanted head, confirmed by the forge itself."""
    head = wanted.head or ""
    found = of_commit(rest, head, branch=wanted.branch)
    standing = [one.number for one in found if one.open] or [one.number for one in found]
    if not standing:
        raise NoRequestError(f"no request of {wanted.owner}/{wanted.name} has the head {head}")
    if len(standing) > 1:
        raise SeveralRequestsError(head, standing)
    return standing[0]


def _is_queued(request: PullRequest) -> bool:
    moves = sorted((one.at, at) for at, one in enumerate(request.events) if one.kind in _QUEUE)
    return bool(moves) and request.events[moves[-1][1]].kind == _QUEUE[0]


def _checks(
    forge: _Forge, commits: Iterable[str | None], missing: list[Missing]
) -> dict[str, Checks]:
    wanted = [one for one in dict.fromkeys(commits) if one]
    if not wanted:
        missing.append(Missing("checks", "hidden"))
        return {}
    try:
        lines = ran_on(forge.graph, forge.rest, Sized(len(wanted)), wanted)
    except RefusedError as error:
        missing.append(_refused("checks", error))
        return {}
    told = (one.data for one in lines)
    return {one.commit: one for one in told if isinstance(one, Checks)}


def _rules(rest: Rest, request: PullRequest) -> BranchRules:
    found = branch_rules(rest, request.base_ref).data
    assert isinstance(found, BranchRules)
    return found


def _pushes(forge: _Forge, request: PullRequest, missing: list[Missing]) -> tuple[Push, ...]:
    """The pushes to the head's branch, in the order of time."""
    if not is_own(request, forge.repository):
        missing.append(Missing("pushes", "hidden"))
        return ()
    found: dict[int, Push] = {}
    try:
        for one in _listed(forge.rest, request.head_ref, missing):
            found[one.id] = one
    except RefusedError as error:
        missing.append(_refused("pushes", error))
    return tuple(sorted(found.values(), key=lambda one: (one.at, one.id)))


def _listed(rest: Rest, branch: str, missing: list[Missing]) -> Iterator[Push]:
    url = rest.url("activity", ref=f"refs/heads/{branch}", per_page="100")
    for count, answer in enumerate(rest.pages(url), 1):
        see_told(answer)
        yield from (one.data for one in pushes(answer) if isinstance(one.data, Push))
        if count >= MOST_PAGES and rest.next_page(answer) is not None:
            missing.append(Missing("pushes", "truncated"))
            return


def _twins(rest: Rest, request: PullRequest, missing: list[Missing]) -> tuple[int, ...]:
    try:
        found = of_commit(rest, request.head_oid) if request.head_oid else ()
    except RefusedError as error:
        missing.append(_refused("twins", error))
        return ()
    return tuple(one.number for one in found if one.open and one.number != request.number)


def _refused(what: str, error: RefusedError) -> Missing:
    return Missing(what, error.reason, needs=error.needs)
