"""Checks on the head of a request, by name: each in just one list."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from affidavit.changes.forge.approvals import is_bot
from affidavit.controls.cc8.rules import Required, snapshot_layers
from affidavit.policy.input import Checks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from affidavit.app.asking.model import ForgeNow
    from affidavit.changes.forge.model import Account, CheckRun
    from affidavit.changes.forge.model import Checks as Told

CONTEXT = "affidavit/gate"
"""The status that the gate itself sets: it does not wait for itself."""
_SUCCESS = "success"
_SKIPPED = frozenset({"skipped", "neutral", "stale"})
_ACTIONS = "github-actions"
"""Runs what workflows say, whoever wrote them: a change to those takes two persons."""
_BOT = "[bot]"
_PENDING = frozenset({"pending", "expected"})
_ORDER = ("failed", "pending", "skipped", "passed")
"""What a check is of whose runs differ: the first that one of them is."""


class Ran(NamedTuple):
    """The newest run of a check by one app or account: its name, who reported it, and its state."""

    name: str
    app: int | None
    state: str


def required(forge: ForgeNow | None, names: Iterable[str]) -> tuple[Required, ...]:
    """The checks that are asked for: `names`, and those that the rules of the branch require."""
    layers = snapshot_layers(forge.rules, ()) if forge and forge.rules else ()
    by_rules = {one for layer in layers for one in layer.checks}
    every = {*map(Required, names), *by_rules}
    own = [one for one in every if one.name != CONTEXT]
    return tuple(sorted(own, key=lambda one: (one.name, one.app or 0)))


def checks(
    forge: ForgeNow | None, head: str, asked: tuple[Required, ...],
    authors: frozenset[str],
) -> Checks:  # fmt: skip
    """What became of `asked` on the head; `authors` are logins.

    What an author says itself, by a status or by a run of its own app, says nothing. Where the
    forge did not tell every run, what succeeded is not known to be the newest. Of the commit of a
    merge queue a check that failed counts: the others run beside the gate, and the queue waits for
    them.
    """
    names = tuple(dict.fromkeys(one.name for one in asked))
    told = forge.checks.get(head) if forge else None
    if forge is None or told is None or told.missing:
        return Checks(
            required=names, passed=None, failed=None, pending=None, skipped=None, missing=None
        )
    own = frozenset(map(_plain, authors)) - {_ACTIONS}
    ran = [*_ran(told, own), *_of_group(forge, own)]
    states: dict[str, list[str]] = {name: [] for name in names}
    for check in asked:
        found = [each.state for each in ran if _is(each, check)]
        states[check.name] += found or ["missing"]
    of = {name: _worst(several) for name, several in states.items()}

    def those(state: str) -> tuple[str, ...]:
        return tuple(name for name in names if of[name] == state)

    return Checks(
        required=names,
        passed=those("passed"),
        failed=those("failed"),
        pending=those("pending"),
        skipped=those("skipped"),
        missing=those("missing"),
    )


def _of_group(forge: ForgeNow, authors: frozenset[str]) -> Iterator[Ran]:
    group = forge.checks.get(forge.group or "")
    if group is not None:
        yield from (one for one in _ran(group, authors) if one.state == "failed")


def _is(ran: Ran, asked: Required) -> bool:
    return ran.name == asked.name and (asked.app is None or ran.app == asked.app)


def _worst(states: list[str]) -> str:
    return next((one for one in ("missing", *_ORDER) if one in states), "missing")


def _ran(told: Told, authors: frozenset[str]) -> Iterator[Ran]:
    """The newest run of every check by every app and workflow, and of every status."""
    of: dict[tuple[str, int | None, str], list[CheckRun]] = {}
    for run in told.runs:
        if _plain(run.app or "") not in authors:
            of.setdefault((run.name, run.app_id, run.workflow or ""), []).append(run)
    for (name, app, _), runs in of.items():
        newest = _newest(runs)
        yield Ran(name, app, _of_run(newest.status, newest.conclusion))
    yield from _statuses(told, authors)


def _newest(runs: list[CheckRun]) -> CheckRun:
    """The newest of several: one without a time is newer than those before it by number."""
    dated = [one for one in runs if _at(one)]
    last = max(dated, key=lambda one: (_at(one), one.id or 0), default=None)
    undated = max((one for one in runs if not _at(one)), key=lambda one: one.id or 0, default=None)
    if last is None or undated is None:
        return last or undated or runs[-1]
    later = undated.id is None or last.id is None or undated.id > last.id
    return undated if later else last


def _at(run: CheckRun) -> str:
    return run.started_at or run.completed_at or ""


def _of_run(status: str, conclusion: str | None) -> str:
    if conclusion is None or status != "completed":
        return "pending"
    if conclusion == _SUCCESS:
        return "passed"
    return "skipped" if conclusion in _SKIPPED else "failed"


def _statuses(told: Told, authors: frozenset[str]) -> Iterator[Ran]:
    newest: dict[tuple[str, str], tuple[str, str]] = {}
    for one in told.statuses:
        by = _by(one.creator)
        if one.creator is not None and _plain(one.creator.login) in authors:
            continue
        state = "pending" if one.state in _PENDING else "failed"
        state = "passed" if one.state == _SUCCESS else state
        key = (one.context, by)
        if key not in newest or newest[key][0] <= (one.created_at or ""):
            newest[key] = one.created_at or "", state
    for (name, _), (_, state) in newest.items():
        yield Ran(name, None, state)


def _plain(login: str) -> str:
    """The name of an account or an app, as it is written without the suffix of a bot."""
    return login.casefold().removesuffix(_BOT)


def _by(creator: Account | None) -> str:
    """Whose login it is; a bot reports what ran, whoever set it up."""
    return "" if creator is None or is_bot(creator) else creator.login
