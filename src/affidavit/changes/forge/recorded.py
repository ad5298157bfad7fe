"""What a forge recorded of one landing, and the review that it shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import msgspec

from affidavit.changes.forge.approvals import Answer, Content, Setting, approvals, made, who_of
from affidavit.changes.forge.hands import joined
from affidavit.changes.forge.judged import judged
from affidavit.changes.forge.landed import Landed
from affidavit.changes.forge.model import Account, PullRequest
from affidavit.changes.forge.objections import objecting
from affidavit.changes.model import Kind

if TYPE_CHECKING:
    from affidavit.changes.forge.hands import Joined
    from affidavit.changes.forge.judged import ForgeReview
    from affidavit.changes.people import People, Who
    from affidavit.changes.review import Hands


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """A merged request and how it landed. `host` is the forge's.

    `pushers` are the accounts that pushed a commit of the request to another branch than its base.
    `arrivals` and `clean` see `Setting`.
    """

    request: PullRequest
    landed: Landed
    forge: str
    host: str
    content: Content
    arrivals: Mapping[str, str] = {}
    pushers: tuple[Account, ...] = ()
    clean: Callable[[], Answer] = made

    def joined(self, hands: Hands, people: People) -> Joined:
        """The hands of the change with those that the forge knows of."""
        anew = self.landed.kind in (Kind.SQUASH, Kind.REBASE)
        # What a forge made anew bears the name of whoever pressed the button, not of a committer.
        own = msgspec.structs.replace(hands, committers=()) if anew else hands
        return joined(self.request, own, people, host=self.host, pushers=self.pushers)

    def objecting(self, people: People) -> tuple[Who, ...]:
        """Who asked for changes and did not take it back before the merge."""
        accounts = objecting(self.request)
        return tuple(who_of(one, people.who, self.host) for one in accounts)

    def review(self, hands: Hands, people: People) -> ForgeReview:
        """The review that the forge's records show; `hands` are those that git shows."""
        merge = self.landed.kind is Kind.MERGE
        known = self.joined(hands, people)
        setting = Setting(
            hands=known.hands,
            head=self.landed.head,
            who=people.who,
            host=self.host,
            content=self.content,
            arrivals=self.arrivals,
            doubt=self.landed.doubt,
            clean=self.clean,
            whole=merge or not any(one.what == "commits" for one in self.request.missing),
        )
        found = approvals(self.request, setting)
        return judged(self.request, setting, found, joined=known)
