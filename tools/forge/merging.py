"""How a pull request becomes part of its base branch: each way makes other commits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from forge.accounts import Account
from forge.clock import seconds
from forge.git import Commit, Files, Who

if TYPE_CHECKING:
    from forge.pulls import Pull

GITHUB = "GitHub", "noreply@github.com"
QUEUE = Account(
    login="github-merge-queue", id=118344674, kind="Bot", name="github-merge-queue[bot]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What the merge queue tests: the base with the pull request on it, on its own branch."""

    branch: str
    commit: str
    base: str
    by: Account
    at: str


def _named(account: Account, at: int) -> Who:
    return Who(account.name or account.rest_login, account.email, at)


def _forge(at: int) -> Who:
    return Who(*GITHUB, at)


def _made(pull: Pull, files: Files, draft: Commit) -> str:
    return pull.repository.git.commit(files, draft).oid


def updated(pull: Pull, by: Account) -> str:
    """The merge of the base into the branch, as the forge makes it.

    Raises:
        ValueError: The branch has all of the base.
    """
    base = pull.repository.heads[pull.base_ref]
    if pull.repository.git.has_ancestor(pull.head_oid, base):
        raise ValueError("There are no new commits on the base branch.")
    at = seconds(pull.world.clock.tick())
    draft = Commit(
        tree="",
        parents=(pull.head_oid, base),
        author=_named(by, at),
        committer=_forge(at),
        message=f"Merge branch '{pull.base_ref}' into {pull.head_ref}",
        signed=True,
    )
    return _made(pull, pull.repository.git.merged(base, pull.head_oid), draft)


def _merge_commit(pull: Pull, by: Account, base: str, at: int) -> str:
    owner = (pull.fork or pull.repository.full_name).partition("/")[0]
    draft = Commit(
        tree="",
        parents=(base, pull.head_oid),
        author=_named(by, at),
        committer=_forge(at),
        message=f"Merge pull request #{pull.number} from {owner}/{pull.head_ref}\n\n{pull.title}",
        signed=True,
    )
    return _made(pull, pull.repository.git.merged(base, pull.head_oid), draft)


def _others(pull: Pull) -> list[str]:
    """Lines that name who else wrote what is squashed."""
    git = pull.repository.git
    authors = [git.get(oid).author for oid in pull.commits]
    first = authors[0].email if authors else ""
    others = {each.email: each.name for each in authors if each.email != first}
    return [f"Co-authored-by: {name} <{email}>" for email, name in others.items()]


def _squash_commit(pull: Pull, _by: Account, base: str, at: int) -> str:
    git = pull.repository.git
    inner = [git.get(oid) for oid in pull.commits]
    listed = [f"* {each.message}\n" for each in inner] if len(inner) > 1 else []
    bodies = [each.message.partition("\n\n")[2] for each in inner[:1] if len(inner) == 1]
    body = "\n".join([*listed, *filter(None, bodies)]).strip()
    trailers = "\n".join(_others(pull))
    parts = [f"{pull.title} (#{pull.number})", body, trailers]
    author = inner[0].author if inner else _forge(at)
    draft = Commit(
        tree="",
        parents=(base,),
        author=Who(author.name, author.email, at),
        committer=_forge(at),
        message="\n\n".join(part for part in parts if part),
        signed=True,
    )
    return _made(pull, git.merged(base, pull.head_oid), draft)


def _rebase_commits(pull: Pull, by: Account, base: str, at: int) -> str:
    """The last of new commits without signatures; merges of the base are left out."""
    git = pull.repository.git
    tip = base
    for each in (git.get(oid) for oid in pull.commits):
        if len(each.parents) > 1:
            continue
        files, before = git.files(each.oid), git.files(each.parents[0]) if each.parents else {}
        changed = {path: entry for path, entry in files.items() if before.get(path) != entry}
        kept = {p: e for p, e in git.files(tip).items() if p not in before or p in files}
        draft = replace(each, parents=(tip,), committer=_named(by, at), signed=False)
        tip = _made(pull, {**kept, **changed}, draft)
    return tip


STYLES = {"merge": _merge_commit, "squash": _squash_commit, "rebase": _rebase_commits}


def merge(pull: Pull, by: Account, method: str) -> str:
    """The commit that the base branch is at after the merge."""
    repository = pull.repository
    at = seconds(pull.world.clock.tick())
    oid = STYLES[method](pull, by, repository.heads[pull.base_ref], at)
    _brings(pull, oid)
    pull.closed = True  # The push below is this merge, not one that merges it indirectly.
    push = repository.push(by, pull.base_ref, oid, kind="pr_merge")
    landed(pull, by, oid, at=push.at)
    return oid


def _brings(pull: Pull, oid: str) -> None:
    known = pull.repository.reach(pull.base_ref)
    pull.brought = tuple(pull.repository.git.above(oid, but=known))


def landed(pull: Pull, by: Account | None, oid: str, *, at: str) -> None:
    """Note that the pull request is merged as `oid`."""
    pull.closed, pull.closed_at, pull.merged_at = True, at, at
    pull.merged_by, pull.merge_oid = by, oid
    pull.repository.contributors.add(pull.author)
    pull.note("MergedEvent", by, at=at, commit=oid, after=pull.base_ref)
    pull.note("ClosedEvent", by, at=at)


def may_merge(pull: Pull) -> bool:
    """Whether the rules of the base branch are met by the head."""
    needs = pull.repository.needs(pull.base_ref)
    approved = {each.author for each in pull.reviews if each.state == "APPROVED"}
    passed = pull.repository.checks.good(pull.head_oid)
    return not pull.draft and len(approved) >= needs.reviews and needs.checks <= passed


def hindrance(pull: Pull) -> str:
    """What a merge of the head waits for, as the forge says it."""
    needs = pull.repository.needs(pull.base_ref)
    missing = sorted(needs.checks - pull.repository.checks.good(pull.head_oid))
    approved = {each.author for each in pull.reviews if each.state == "APPROVED"}
    said = [f'Required status check "{name}" is expected.' for name in missing]
    if len(approved) < needs.reviews:
        said.append(f"At least {needs.reviews} approving review is required.")
    return " ".join(["Repository rule violations found:", *said])


def tested(pull: Pull) -> str:
    """The test merge of an open pull request, which ``refs/pull/N/merge`` names from now on."""
    base = pull.repository.heads[pull.base_ref]
    oid = _merge_commit(pull, QUEUE, base, seconds(pull.world.clock.text()))
    pull.repository.named(f"refs/pull/{pull.number}/merge", oid)
    return oid


def enqueue(pull: Pull, by: Account) -> Group:
    """The group of a pull request that enters the queue."""
    repository = pull.repository
    done = pull.note("AddedToMergeQueueEvent", by)
    method = repository.needs(pull.base_ref).queue or "merge"
    base = repository.heads[pull.base_ref]
    oid = STYLES[method](pull, QUEUE, base, seconds(pull.world.clock.tick()))
    branch = f"gh-readonly-queue/{pull.base_ref}/pr-{pull.number}-{base}"
    repository.push(QUEUE, branch, oid)
    pull.group = Group(branch=branch, commit=oid, base=base, by=by, at=done.at)
    return pull.group


def leave(pull: Pull, by: Account, reason: str) -> None:
    """Take a pull request out of the queue."""
    if pull.group:
        pull.note("RemovedFromMergeQueueEvent", by, before=pull.group.commit, text=reason)
        pull.repository.delete_branch(QUEUE, pull.group.branch)
        pull.group = None


def land(pull: Pull) -> str:
    """The commit of the group, which becomes the tip of the base branch.

    Raises:
        ValueError: It is not in the queue, or the base moved meanwhile.
    """
    group, repository = pull.group, pull.repository
    if group is None or repository.heads[pull.base_ref] != group.base:
        raise ValueError("not at the head of the merge queue")
    _brings(pull, group.commit)
    pull.closed = True
    push = repository.push(QUEUE, pull.base_ref, group.commit, kind="merge_queue_merge")
    landed(pull, QUEUE, group.commit, at=push.at)
    leave(pull, QUEUE, "merge")
    return group.commit
