"""The roles that reviewers had when they reviewed, by the identities in force on the branch."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from affidavit.app.identity.versions import first_parents, versions
from affidavit.base.period import moment
from affidavit.changes.forge.approvals import is_bot
from affidavit.changes.forge.judged import ForgeReview
from affidavit.changes.record.material import Held
from affidavit.changes.record.people import login
from affidavit.identity.account import forge_account
from affidavit.identity.member import Role
from affidavit.identity.versions import Entitled, entitled, member

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from affidavit.app.identity.versions import Landed
    from affidavit.changes.forge.model import PullRequest, Review
    from affidavit.changes.model import Landing
    from affidavit.changes.record.material import Kept
    from affidavit.identity.versions import Versions
    from affidavit.sources.git.graph import Graph
    from affidavit.sources.git.objects import Objects


class Roles:
    """Tells the roles of reviewers on a forge."""

    def __init__(self, versions: Versions, host: str) -> None:
        self._versions = versions
        # As in addresses that a forge makes of accounts: there is no port in them.
        self._host = host.partition(":")[0]

    def of(self, request: PullRequest) -> dict[tuple[str, str], Held]:
        """The roles of everybody who reviewed `request`, by account as shown and time."""
        return {
            (login(one.author), one.submitted_at): self._held(one, moment(one.submitted_at, "time"))
            for one in request.reviews
            if one.author is not None and one.submitted_at is not None
        }

    def _held(self, review: Review, at: int) -> Held:
        version = self._versions.version_at(at)
        where = self._versions.opened(version)
        account = review.author
        if version is None or where is None or account is None:
            return Held()
        asked = forge_account(self._host, account.login, account.id, bot=is_bot(account))
        who = member(where, asked)
        answers = {role: entitled(where, who, role, at) for role in Role}
        if Entitled.UNKNOWN in answers.values():
            return Held()
        roles = tuple(role.value for role, one in answers.items() if one is Entitled.YES)
        return Held(roles=roles, version=version.commit)


def roles(
    objects: Objects, chain: Sequence[Landed], host: str, requests: Iterable[Kept[PullRequest]]
) -> Roles:
    """The roles of those who reviewed `requests`; `chain` are the commits of the branch.

    Only versions are read that may have been in force then. Where a commit that an older one is
    taken from only holds it, and did not bring it, it stands for the version.
    """
    reviews = (one for kept in requests for one in kept.data.reviews)
    times = [moment(one.submitted_at, "time") for one in reviews if one.submitted_at]
    if not times:
        return Roles(versions(objects, []), host)
    landed = [one.time for one in chain]
    first = max(0, bisect_left(landed, min(times)) - 1)
    return Roles(versions(objects, chain[first : bisect_left(landed, max(times))]), host)


def chain(graph: Graph, head: str, landings: Iterable[Landing]) -> list[Landed]:
    """The commits on the branch of `head`, each at the time of its merge where the forge tells."""
    return first_parents(graph, head, landed=dict(_merged(landings)))


def _merged(landings: Iterable[Landing]) -> Iterator[tuple[str, int]]:
    for one in landings:
        if isinstance(one.forge, ForgeReview) and one.forge.merged_at is not None:
            yield one.commit, moment(one.forge.merged_at, "merge")


def held(roles: Roles | None, request: Kept[PullRequest] | None) -> Mapping[tuple[str, str], Held]:
    """The roles of those who reviewed `request`; nothing where there is none."""
    return {} if roles is None or request is None else roles.of(request.data)
