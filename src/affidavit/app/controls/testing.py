"""The control tests of CC8.1 run over a repository and the records of its forge and ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.controls.branches import histories
from affidavit.app.controls.criteria import Given, criteria
from affidavit.app.controls.deployed import deployed
from affidavit.app.controls.doubts import doubts, given_files, notes, unreached
from affidavit.app.controls.facts import Held, Looked, held, of_change
from affidavit.app.controls.labels import labelled
from affidavit.app.controls.roles import Maker, Roles, roles
from affidavit.app.identity.versions import first_parents
from affidavit.app.ledger.checked import checked
from affidavit.app.policy.basing import policies
from affidavit.app.records.asking import EMERGENCY, Found, found, materials
from affidavit.app.records.scope import scope as scope_of
from affidavit.app.sworn.asked import in_ledger
from affidavit.base.period import Period, since
from affidavit.changes.record.flags import Flags
from affidavit.changes.record.lacking import NO_FORGE
from affidavit.changes.record.record import change_record
from affidavit.controls.cc8.case import Case, Facts, head_tree
from affidavit.controls.cc8.tests import Population, Run, run, scope
from affidavit.controls.cc8.tests import of_change as rows_of
from affidavit.package.controls.data import ControlTests, CriteriaUsed, Span
from affidavit.sources.git.history import walk
from affidavit.sources.git.locate import locate
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from affidavit.app.policy.replaying import Find
    from affidavit.app.reading import Progress
    from affidavit.app.records.asking import Wanted
    from affidavit.changes.forge.model import PullRequest
    from affidavit.changes.model import Landing
    from affidavit.changes.record.material import Material
    from affidavit.controls.model import Item
    from affidavit.sources.git.graph import Graph
    from affidavit.sources.git.header import Walked


def outcome(
    wanted: Wanted, agreed: Path | None, tests: Sequence[str], progress: Progress
) -> ControlTests:
    """What the tests of `tests`, or else of the criteria's scope, come to.

    `agreed` is the file with the criteria, None where the configuration has them.

    Raises:
        DamagedError: The ledger does not verify.
        AffidavitError: The repository, the criteria, the records or the ledger cannot be read.
    """
    unsure = checked(wanted.ledger) if wanted.ledger is not None else None
    wanted = _with_statements(wanted)
    store = locate(wanted.request.repository)
    with PrivateGit(store, read_refs(store)) as git, Objects(git) as objects:
        every = found(wanted, progress)
        head = every.report.repository.head
        given = criteria(objects, head, agreed or wanted.request.config, needed=agreed is not None)
        given = _agreed(given, wanted)
        every = _with_labels(every, given)
        progress.step("looking up who was entitled")
        heads = [one.head for one in every.report.repository.branches]
        graph = walk(git, list(dict.fromkeys((head, *heads))), _unseen)
        who = roles(objects, every, graph)
        landed = _landed(graph, objects, every, shallow=bool(git.absent))
        facts = _held(every, policies(objects), unsure.reason if unsure else "")
        tested = _Testing(every, given, who, facts).run(tests, landed, progress)
    about = scope_of(every, "all")
    return ControlTests(
        tool=about.tool,
        repository=about.repository,
        head=about.head,
        period=Span(start=about.start, end=about.end),
        population=about.population,
        changes=about.changes,
        forge=about.forge,
        ledger=about.ledger,
        criteria=CriteriaUsed(
            by=given.by, file=given.file, digest=given.digest, values=given.criteria
        ),
        notes=notes(every.report),
        branches=tuple(f"{one.name} {one.head}" for one in every.report.repository.branches),
        files=given_files(every.report),
        tests=tested.tests,
        items=tested.items,
    )


def _with_statements(wanted: Wanted) -> Wanted:
    """The same, asking of every landing what the gate decided, by what the ledger holds."""
    if wanted.ledger is None:
        return wanted
    asked = in_ledger(wanted.request.repository, wanted.ledger.folder, every=True)
    request = msgspec.structs.replace(wanted.request, sworn=asked)
    return msgspec.structs.replace(wanted, request=request)


def _held(every: Found, find: Find, unsure: str) -> Held | None:
    """What the ledger holds about the changes; None without one."""
    place = every.wanted.ledger
    if place is None:
        return None
    landings = [one for change in every.changes for one in change.landings]
    requests = (every.request(one) for one in every.changes)
    kept = [one.data for one in requests if one]
    commits = {commit for change in every.changes for commit in change.commits}
    looked = Looked(
        commits=frozenset(commits | {one.head_oid for one in kept if one.head_oid}),
        trees=frozenset(tree for one in kept if (tree := head_tree(one))),
        decisions=frozenset(_digests(landings)),
        find=find,
    )
    return held(place, looked, unsure)


def _digests(landings: Sequence[Landing]) -> Iterator[str]:
    """Of each landing the decision of the gate that counts."""
    for one in landings:
        gate = one.sworn.gate if one.sworn else None
        if gate is not None and gate.digest is not None:
            yield gate.digest


def _agreed(given: Given, wanted: Wanted) -> Given:
    """The criteria, with the labels of an emergency that the caller names instead."""
    if wanted.emergency == EMERGENCY:
        return given
    asked = msgspec.structs.replace(given.criteria, emergency_labels=wanted.emergency)
    return msgspec.structs.replace(given, criteria=asked)


def _with_labels(every: Found, given: Given) -> Found:
    """The same, its records calling an emergency what the criteria do."""
    named = msgspec.structs.replace(every.wanted, emergency=tuple(given.criteria.emergency_labels))
    return msgspec.structs.replace(every, wanted=named)


def _landed(
    graph: Graph, objects: Objects, every: Found, *, shallow: bool
) -> dict[str, bool | None]:
    """Of commits that landed at any time that they did; None where that cannot be told.

    It cannot of what is not here, and of what a history that is cut off does not show.
    """
    heads = [one.head for one in every.report.repository.branches]
    chains = {one.commit for head in heads for one in first_parents(graph, head)}
    made = every.records.deployments() if every.records else []
    asked = {one.data.commit for one in made} - chains
    cut = shallow or bool(graph.missing or graph.damaged)
    here = set() if cut else {one.id for one in objects.read(sorted(asked)) if one.body is not None}
    return {**dict.fromkeys(chains, True), **dict.fromkeys(asked - here, None)}


def _unseen(_id: str, _body: bytes, _read: Walked) -> None:
    """Take no notice of a commit."""


class _Testing:
    """Puts the cases together and tests each, so that one is held at a time."""

    def __init__(self, every: Found, given: Given, who: Roles, facts: Held | None) -> None:
        self._every = every
        self._facts = facts
        self._criteria = given.criteria
        self._who = who
        self._emergencies = 0
        names = [one.name for one in every.report.repository.branches]
        self._histories = histories(every.records, names)

    def run(
        self, tests: Sequence[str], landed: Mapping[str, bool | None], progress: Progress
    ) -> Run:
        every = self._every
        rows = list(self._rows(progress))
        period = Period(since(every.report.period.start), since(every.report.period.end))
        changes = {
            landing.commit: change.id for change in every.changes for landing in change.landings
        }
        traced = deployed(every.records, self._criteria, self._who, changes=changes, landed=landed)
        absent: str | None = NO_FORGE
        if every.records is not None:
            start = every.report.period.start
            absent = every.records.lacking("deployments", start) or unreached(
                every.report, "deployments"
            )
        population = Population(
            period=period,
            criteria=self._criteria,
            histories=tuple(self._histories.values()),
            deployments=tuple(traced),
            absent=absent,
            changes=len(every.changes),
            emergencies=self._emergencies,
            doubts=doubts(every.report),
            unpushed=unreached(every.report, "activity"),
        )
        return run(rows, population, tests or scope(self._criteria))

    def _rows(self, progress: Progress) -> Iterator[Item]:
        flags = Flags()
        every = self._every
        # What the ledger holds is read in another way: the records need not read it as well.
        bare = msgspec.structs.replace(every.wanted, ledger=None)
        of = msgspec.structs.replace(every, wanted=bare)
        for material in materials(of, every.changes, progress):
            case = self._case(material, flags)
            self._emergencies += bool(case.labels)
            yield from rows_of(case)

    def _case(self, material: Material, flags: Flags) -> Case:
        kept = material.request
        request = kept.data if kept else None
        labels = self._criteria.emergency_labels
        opener = Maker("", "")
        if request is not None:
            opener = self._who.maker(request.author, request.created_at)
        return Case(
            material=material,
            record=change_record(material, flags),
            criteria=self._criteria,
            labels=tuple(labelled(request, labels, self._who)) if request else (),
            facts=self._about(material),
            opened_by_agent=opener.agent,
            opener_unknown=opener.doubt,
            branches=tuple(
                self._histories[one] for one in material.newest.branches if one in self._histories
            ),
            declared=self._declared(request),
        )

    def _declared(self, request: PullRequest | None) -> frozenset[int]:
        return frozenset(
            one.id
            for one in (request.reviews if request else ())
            if one.id is not None and self._who.declares(one.author, one.submitted_at)
        )

    def _about(self, material: Material) -> Facts | None:
        if self._facts is None:
            return None
        commits = {commit for one in material.landings for commit in one.commits}
        kept = material.request.data if material.request else None
        also = (kept.head_oid, head_tree(kept)) if kept else ()
        ids = commits | {one for one in also if one}
        return of_change(self._facts, ids, _digests(material.landings))
