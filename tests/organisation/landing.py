"""How a change comes onto the branch: merged by the forge in one of its ways, or pushed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truth import FORGE, MAIN, Commit, Event

if TYPE_CHECKING:
    from building import Builder, Draft
    from truth import Hand, Request


def landed(builder: Builder, made: Draft) -> None:
    """Put the change onto the branch, by its method, with the forge's record of the push."""
    change, request = made.change, made.request
    tip = builder.main[-1]
    kind = "pr_merge"
    if change.method in ("direct", "forced", "pushed"):
        change.landings = list(request.commits)
        kind = "force_push" if change.method == "forced" else "push"
        request.signed = False
    elif change.method == "rebase":
        change.landings = _rebased(builder, request, tip)
        request.signed = False
    else:
        change.landings = [_merged(builder, made, tip)]
        kind = "merge_queue_merge" if change.method == "queue" else kind
    if change.method not in ("direct", "forced"):
        change.request = request
    builder.main += change.landings
    by = request.merged_by if change.request else request.opener
    builder.push(MAIN, tip, change.landings[-1], change.at, kind, actor=by)


def _rebased(builder: Builder, request: Request, tip: Commit) -> list[Commit]:
    """The commits of the request, made anew by whoever pressed the button."""
    by = _hand(builder, request)
    found: list[Commit] = []
    for one in request.commits:
        below = found[-1] if found else tip
        copy = builder.commit(
            (below,), one.author, request.merged_at, one.message, writes=one.writes, own=one.own,
            base=tip, committer=by,
        )  # fmt: skip
        copy.signal = one.signal
        found.append(copy)
    return found


def _merged(builder: Builder, made: Draft, tip: Commit) -> Commit:
    request, head = made.request, made.request.head
    queue = made.change.method == "queue"
    is_merge = made.change.method == "merge" or (queue and builder.dice.random() < 0.5)
    at = request.merged_at - (480 if queue else 0)
    parents: tuple[Commit, ...]
    if is_merge:
        message = f"Merge pull request #{request.number} from firm/change-{request.number}"
        author, parents = _hand(builder, request), (tip, head)
        message += f"\n\n{request.title}"
    else:
        author, parents = head.author, (tip,)
        message = _squashed(request)
    commit = builder.commit(
        parents, author, at, message, writes=dict(head.own), own=dict(head.own), base=tip,
        committer=FORGE,
    )  # fmt: skip
    if queue:
        enabled = Event("added_to_merge_queue", at - 30, request.merged_by)
        request.events.append(enabled)
        for name in builder.checks():
            builder.run(commit, name, request.merged_at - 60)
    return commit


def _squashed(request: Request) -> str:
    """The message that the forge makes of those of the commits."""
    lines = [f"{request.title} (#{request.number})", ""]
    if len(request.commits) > 1:
        lines += [f"* {one.title}\n" for one in request.commits]
    models = [one.signal for one in request.commits if one.signal]
    if models and models[0].agent == "claude-code":
        lines += ["---------", ""] if len(request.commits) > 1 else []
        lines.append(f"Co-authored-by: {models[0].model or 'Claude'} <noreply@anthropic.com>")
    return "\n".join(lines).rstrip()


def _hand(builder: Builder, request: Request) -> Hand:
    """Who merged it, as typed."""
    return next(one.hand for one in builder.org.people if request.merged_by in one.accounts)
