"""A pull request: what people do with it until it is merged."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, Unpack

from forge import merging
from forge.diff import Size, same_change, size
from forge.records import Event, Review

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forge.accounts import Account, Team
    from forge.git import Who
    from forge.merging import Group
    from forge.records import Activity, Deployment
    from forge.repository import Repository

OF_HEAD = "head"
"""Stands for the commit that is the head at the time of a review."""


class Noting(TypedDict, total=False):
    """What an event says beside its kind and who did it."""

    at: str
    before: str | None
    after: str | None
    commit: str | None
    review: Review
    was: str
    subject: Account | Team
    text: str
    deployment: Deployment


class Pull:
    """A pull request with its reviews and its timeline."""

    def __init__(
        self, repository: Repository, number: int, author: Account, title: str, at: str
    ) -> None:
        self.repository, self.number, self.author, self.title = repository, number, author, title
        self.world = repository.world
        self.id = self.world.serial()
        self.created_at = self.updated_at = at
        self.published_at: str | None = at
        self.body = ""
        self.draft = self._closed = False
        self.repository.waiting[number] = self
        self.fork: str | None = None
        self.base_ref = self.head_ref = self.base_oid = self.head_oid = ""
        self.closed_at: str | None = None
        self.edited_at: str | None = None
        self.merged_at: str | None = None
        self.merged_by: Account | None = None
        self.merge_oid: str | None = None
        self.brought: tuple[str, ...] = ()
        self.auto: tuple[Account, str, str] | None = None
        self.group: Group | None = None
        self._sizes: dict[tuple[str, str], Size] = {}
        self.labels: list[str] = []
        self.commits: list[str] = []
        self.reviews: list[Review] = []
        self.events: list[Event] = []
        self.requested: list[Account | Team] = []
        self.assignees: list[Account] = []

    @property
    def closed(self) -> bool:
        """Whether it was merged, or closed without."""
        return self._closed

    @closed.setter
    def closed(self, closed: bool) -> None:
        self._closed = closed
        self.repository.waiting.pop(self.number, None)
        if not closed:
            self.repository.waiting[self.number] = self

    @property
    def open(self) -> bool:
        """Whether it can still be merged."""
        return not self.closed

    def note(self, kind: str, by: Account | None, **what: Unpack[Noting]) -> Event:
        """A new line of the timeline."""
        if "at" not in what:
            what["at"] = self.world.clock.tick()
        made = Event(id=self.world.serial(), kind=kind, actor=by, **what)
        self.events.append(made)
        self.updated_at = max(self.updated_at, made.at)
        return made

    # Commits.

    def commit(
        self,
        by: Account,
        message: str,
        files: Mapping[str, str | bytes | None],
        *,
        author: Account | tuple[str, str] | None = None,
        signed: bool = False,
    ) -> str:
        """The id of a commit that `by` adds to the branch; another may be its author."""
        made = self.repository.make(author or by, message, files, on=self.head_oid, signed=signed)
        return self.push(by, made)

    def push(self, by: Account, to: str) -> str:
        """Let the branch be at the commit `to`, which may have other ancestors: a force push."""
        if self.fork is None:
            self.repository.push(by, self.head_ref, to)
        else:
            self._moved(by, to, self.world.clock.tick())
        return to

    def force_push(self, by: Account, message: str, files: Mapping[str, str | bytes | None]) -> str:
        """The id of one commit on the base that takes the place of all that was on the branch."""
        on = self.repository.heads[self.base_ref]
        return self.push(by, self.repository.make(by, message, files, on=on))

    def update_branch(self, by: Account) -> str:
        """The id of the merge of the base into the branch that the forge makes for `by`."""
        return self.push(by, merging.updated(self, by))

    def branch_moved(self, push: Activity, branch: str) -> None:
        """Note a push: to this pull request's branch, or to its base."""
        if branch == self.head_ref and self.fork is None and self.head_oid and self.open:
            self._moved(push.actor, push.after, push.at)
        elif branch == self.head_ref and push.kind == "branch_creation":
            if push.after == self.head_oid and self.fork is None:
                self.note("HeadRefRestoredEvent", push.actor, at=push.at)
        elif branch == self.base_ref and self.open:
            self._base_moved(push)

    def _moved(self, by: Account | None, to: str, at: str) -> None:
        before = self.head_oid
        if not self.repository.git.has_ancestor(to, before):
            self.note("HeadRefForcePushedEvent", by, at=at, before=before, after=to)
        self.synchronise(to)
        self.updated_at = max(self.updated_at, at)
        if self.repository.needs(self.base_ref).dismiss_stale and not same_change(self, before, to):
            for review in self.reviews:
                if review.state == "APPROVED":
                    self._dismissed(review, by, "", commit=to)

    def _base_moved(self, push: Activity) -> None:
        if push.kind == "force_push":
            what: Noting = {"at": push.at, "before": push.before, "after": push.after}
            self.note("BaseRefForcePushedEvent", push.actor, **what)
        if self.head_oid in self.repository.reach(self.base_ref):
            merging.landed(self, push.actor, self.head_oid, at=push.at)

    def synchronise(self, head: str) -> None:
        """Take `head` as the head: the commits are those that the base does not have."""
        git = self.repository.git
        known = self.repository.reach(self.base_ref)
        found = set(git.above(head, but=known))
        ordered: list[str] = []
        waiting = [(head, False)] if head in found else []
        while waiting:
            oid, done = waiting.pop()
            if done:
                ordered.append(oid)
            elif oid in found:
                found.discard(oid)
                waiting.append((oid, True))
                waiting.extend((one, False) for one in reversed(git.get(oid).parents))
        self.commits = ordered
        self.head_oid = head
        self.base_oid = self.repository.heads.get(self.base_ref, "")
        git.ref(f"refs/pull/{self.number}/head", head)

    def size(self) -> Size:
        """How much it changes."""
        of = (self.head_oid, self.base_oid)
        if of not in self._sizes:
            self._sizes[of] = size(self)
        return self._sizes[of]

    # Reviews.

    def review(
        self,
        by: Account,
        state: str = "APPROVED",
        *,
        commit: str | None = OF_HEAD,
        body: str = "",
    ) -> Review:
        """A review of the head, or of the commit that its client names; None is one that is lost.

        Raises:
            ValueError: Somebody approves their own pull request, which the forge refuses.
        """
        if by is self.author and state in {"APPROVED", "CHANGES_REQUESTED"}:
            raise ValueError("Can not approve your own pull request")
        at = self.world.clock.tick()
        made = Review(
            id=self.world.serial(),
            author=by,
            state=state,
            body=body,
            commit=self.head_oid if commit == OF_HEAD else commit,
            created_at=at,
            submitted_at=None if state == "PENDING" else at,
            updated_at=at,
        )
        self.reviews.append(made)
        self.updated_at = max(self.updated_at, at)
        self.requested = [each for each in self.requested if each is not by]
        self.try_auto_merge()
        return made

    def edit_review(self, review: Review, body: str) -> None:
        """Let a review say something else; only when it was edited last is kept."""
        review.body = body
        review.edited_at = review.updated_at = self.updated_at = self.world.clock.tick()

    def dismiss(self, review: Review, by: Account, message: str = "Out of date") -> None:
        """Take a review back; what it said stays only in the timeline."""
        self._dismissed(review, by, message)

    def _dismissed(
        self, review: Review, by: Account | None, message: str, *, commit: str | None = None
    ) -> None:
        was, review.state = review.state, "DISMISSED"
        done = self.note(
            "ReviewDismissedEvent", by, review=review, was=was, text=message, commit=commit
        )
        review.updated_at = done.at

    def request(self, by: Account, reviewer: Account | Team) -> None:
        """Ask somebody for a review."""
        self.requested.append(reviewer)
        self.note("ReviewRequestedEvent", by, subject=reviewer)

    # What else is done with it.

    def unrequest(self, by: Account, reviewer: Account | Team) -> None:
        """Ask somebody no more."""
        self.requested.remove(reviewer)
        self.note("ReviewRequestRemovedEvent", by, subject=reviewer)

    def label(self, by: Account, name: str) -> None:
        """Put a label on it."""
        self.labels.append(name)
        self.note("LabeledEvent", by, text=name)

    def unlabel(self, by: Account, name: str) -> None:
        """Take a label off it."""
        self.labels.remove(name)
        self.note("UnlabeledEvent", by, text=name)

    def assign(self, by: Account, whom: Account) -> None:
        """Assign it to somebody."""
        self.assignees.append(whom)
        self.note("AssignedEvent", by, subject=whom)

    def unassign(self, by: Account, whom: Account) -> None:
        """Assign it to somebody no more."""
        self.assignees.remove(whom)
        self.note("UnassignedEvent", by, subject=whom)

    def ready(self, by: Account) -> None:
        """Say that it is no draft any more."""
        self.draft = False
        self.note("ReadyForReviewEvent", by)

    def to_draft(self, by: Account) -> None:
        """Make it a draft again."""
        self.draft = True
        self.note("ConvertToDraftEvent", by)

    def rename(self, by: Account, title: str) -> None:
        """Give it another title."""
        before, self.title = self.title, title
        self.edited_at = self.note("RenamedTitleEvent", by, before=before, after=title).at

    def change_base(self, by: Account, base: str) -> None:
        """Let it be meant for another branch."""
        before, self.base_ref = self.base_ref, base
        self.synchronise(self.head_oid)
        self.note("BaseRefChangedEvent", by, before=before, after=base)

    def close(self, by: Account) -> None:
        """Close it without a merge."""
        self.closed, self.closed_at = True, self.note("ClosedEvent", by).at

    def reopen(self, by: Account) -> None:
        """Open it again."""
        self.closed, self.closed_at = False, None
        self.note("ReopenedEvent", by)

    # Merges.

    def merge(self, by: Account, method: str = "merge") -> str:
        """The id of what the base branch is at after a ``merge``, ``squash`` or ``rebase``."""
        return merging.merge(self, by, method)

    def auto_merge(self, by: Account, method: str = "squash") -> None:
        """Have it merged once it may be."""
        kinds = {"squash": "AutoSquashEnabledEvent", "rebase": "AutoRebaseEnabledEvent"}
        done = self.note(kinds.get(method, "AutoMergeEnabledEvent"), by)
        self.auto = (by, done.at, method)
        self.try_auto_merge()

    def stop_auto_merge(self, by: Account, reason: str = "Manually disabled") -> None:
        """Have it not merged by itself."""
        self.auto = None
        self.note("AutoMergeDisabledEvent", by, text=reason)

    def try_auto_merge(self) -> None:
        """Merge it if it waits for nothing else."""
        if self.auto and self.open and merging.may_merge(self):
            merging.merge(self, self.auto[0], self.auto[2])

    def test_merge(self) -> str:
        """The id of the merge that the forge makes to try it, as ``refs/pull/N/merge``."""
        return merging.tested(self)

    def enqueue(self, by: Account) -> Group:
        """The group that the merge queue makes of it: its checks run on the group's commit."""
        return merging.enqueue(self, by)

    def leave_queue(self, by: Account, reason: str = "failed_checks") -> None:
        """Take it out of the merge queue."""
        merging.leave(self, by, reason)

    def land(self) -> str:
        """The id of the group's commit, which the merge queue makes the base branch's tip."""
        return merging.land(self)

    def committers(self) -> list[Who]:
        """Who committed what is in it."""
        return [self.repository.git.get(oid).committer for oid in self.commits]
