"""Deployments, the newest first, each with its steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.changes.forge.model import Deployment, DeploymentStatus, Line, Missing
from affidavit.sources.github.accounts import Actor, User, account, instant
from affidavit.sources.github.answer import Answer, decoded, decoded_part
from affidavit.sources.github.graph import Graph, Page, Sized, present
from affidavit.sources.github.queries import STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from affidavit.sources.github.graph import Reply
    from affidavit.sources.github.rest import Rest


class _Deployment(msgspec.Struct):
    id: int
    sha: str
    created_at: str
    node_id: str = ""
    ref: str | None = None
    task: str | None = None
    environment: str | None = None
    production_environment: bool | None = None
    creator: User | None = None


class _Step(msgspec.Struct, rename="camel"):
    state: str
    created_at: str
    creator: Actor | None = None


class _Steps(msgspec.Struct, rename="camel"):
    total_count: int
    page_info: Page
    nodes: list[_Step | None] | None = None


class _Node(msgspec.Struct, rename="camel"):
    database_id: int | None = None
    statuses: _Steps | None = None


class _Nodes(msgspec.Struct):
    nodes: list[msgspec.Raw] | None = None


class _RestStep(msgspec.Struct):
    state: str
    created_at: str
    creator: User | None = None


class _Told(NamedTuple):
    """The steps of a deployment, what was received of them, and what is not known."""

    steps: tuple[DeploymentStatus, ...]
    raw: bytes
    answer: Answer
    missing: tuple[Missing, ...] = ()


def deployments(graph: Graph, rest: Rest, sized: Sized, answer: Answer) -> Iterator[Line]:
    """The deployments that a page of their list tells of.

    Raises:
        ForgeError: The forge does not tell.
    """
    raws = [bytes(raw) for raw in decoded(answer, list[msgspec.Raw])]
    found = [decoded_part(answer, raw, _Deployment) for raw in raws]
    told: dict[int, _Told] = {}
    waiting = [one.node_id for one in found if one.node_id]
    while waiting:
        reply = _asked(graph, sized, waiting)
        waiting = waiting[sized.size :]
        told |= _by_id(reply)
    for one, raw in zip(found, raws, strict=True):
        steps = told.get(one.id) or _through_rest(rest, one.id)
        yield Line(origin=answer.origin(raw + steps.raw), data=_record(one, steps))


def again(rest: Rest, known: Deployment) -> Line:
    """The deployment `known` with the steps that it has now."""
    told = _through_rest(rest, known.id)
    steps = known.statuses if told.missing else told.steps
    data = msgspec.structs.replace(known, statuses=steps, missing=told.missing)
    return Line(origin=told.answer.origin(told.raw), data=data)


def _asked(graph: Graph, sized: Sized, ids: list[str]) -> Reply[_Nodes]:
    def asked(size: int, patient: bool) -> Reply[_Nodes]:  # noqa: FBT001 -- as `Sized` calls it
        return graph.ask(STATUSES, {"ids": ids[:size]}, _Nodes, patient=patient)

    return sized.fitting(asked)


def _by_id(reply: Reply[_Nodes]) -> dict[int, _Told]:
    """The steps of those deployments that are all there; the others are asked for one by one."""
    told = {}
    for raw in map(present, reply.data.nodes or ()):
        if raw is None:
            continue
        node = decoded_part(reply.answer, raw, _Node)
        found = node.statuses
        if node.database_id is None or found is None:
            continue
        steps = [one for one in found.nodes or () if one is not None]
        if len(steps) >= found.total_count:
            whole = _Told(_in_order(map(_step, steps)), raw, reply.answer)
            told[node.database_id] = whole
    return told


def _through_rest(rest: Rest, id_: int) -> _Told:
    steps: list[DeploymentStatus] = []
    raw: list[bytes] = []
    missing: tuple[Missing, ...] = ()
    url = rest.url("deployments", str(id_), "statuses", per_page="100")
    for answer in rest.pages(url):
        raw.append(answer.body)
        if answer.status != 200:
            missing = (answer.missing("statuses"),)
        else:
            steps.extend(map(_step, decoded(answer, list[_RestStep])))
    return _Told(_in_order(steps), b"".join(raw), answer, missing)


def _step(one: _Step | _RestStep) -> DeploymentStatus:
    return DeploymentStatus(
        state=one.state.lower(),
        at=instant(one.created_at),
        creator=account(one.creator),
    )


def _in_order(steps: Iterable[DeploymentStatus]) -> tuple[DeploymentStatus, ...]:
    """The steps as they happened: the forge tells the last one first."""
    found = [*steps]
    found.reverse()
    found.sort(key=lambda one: one.at)
    return tuple(found)


def _record(one: _Deployment, told: _Told) -> Deployment:
    return Deployment(
        id=one.id,
        commit=one.sha,
        ref=one.ref,
        task=one.task,
        environment=one.environment,
        production=one.production_environment,
        creator=account(one.creator),
        created_at=instant(one.created_at),
        statuses=told.steps,
        missing=told.missing,
    )
