"""The gate: a change read and judged by what its base says, and nothing that its head says."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, Literal

import msgspec

from affidavit import __version__
from affidavit.app.gate.base import base_of
from affidavit.app.gate.current import current, stale, strayed
from affidavit.app.gate.facts import Given, Results, results, scan_of, tests_of
from affidavit.app.gate.filling import Read, filled
from affidavit.app.gate.hands import Opened, alone, doubted, work
from affidavit.app.gate.persons import Persons
from affidavit.app.gate.policing import Policing, decided, policing, waived
from affidavit.app.gate.reviews import Asked, Reviews
from affidavit.app.gate.signed import Lifting, signed
from affidavit.app.gate.span import span
from affidavit.app.gate.taken_back import standing
from affidavit.app.gate.telling import answer, lifted_by, places, undecidable
from affidavit.app.gate.voices import lacking, unheard, unsure
from affidavit.app.gate.wanted import Chosen, chosen
from affidavit.base.period import rfc3339
from affidavit.changes.gate.answer import Answer
from affidavit.changes.gate.case import Case
from affidavit.changes.gate.model import DEFAULT
from affidavit.changes.gate.requirements import requirements
from affidavit.changes.gate.score import score
from affidavit.policy.input import PolicyInput
from affidavit.policy.model import Decision
from affidavit.sources.git.locate import locate
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.app.asking.model import ForgeNow
    from affidavit.app.collecting.wanted import Told
    from affidavit.app.gate.wanted import Wanted

TOOL = f"affidavit {__version__}"
_HERE = "github.com"
"""Whose accounts identities are held against where no forge was asked."""


_TYPED = "no forge was asked: authors are names as they were typed, and nothing shows who pushed"


class Gated(msgspec.Struct, frozen=True, kw_only=True):
    """The answer, and what it was decided from: `files` are the policy's, of none there are none.

    `chosen` says where a status is set.
    """

    answer: Answer
    input: PolicyInput
    decision: Decision | None
    files: Mapping[str, bytes]
    chosen: Chosen


def gated(wanted: Wanted, now: int, told: Told) -> Gated:
    """The gate's answer about the change that is `wanted`, at `now` in seconds since 1970 UTC.

    Raises:
        AffidavitError: Nothing says which change is meant, or the repository or a file that was
            given cannot be read; see docs/errors/.
    """
    store = locate(wanted.repository)
    refs = read_refs(store)
    with ExitStack() as stack:
        git = stack.enter_context(PrivateGit(store, refs))
        opened = Opened(git, stack.enter_context(Objects(git)), refs)
        told.step("reading the change")
        found = chosen(wanted, opened, store, told)
        return _Judging(wanted, opened, found, now).gated()


class _Judging:
    """One change being judged."""

    def __init__(self, wanted: Wanted, opened: Opened, found: Chosen, now: int) -> None:
        self._wanted = wanted
        self._opened = opened
        self._chosen = found
        self._now = now
        self._base = base_of(opened.objects, found.base)
        self._noticed = list[str]()
        self._unlifted: tuple[str, ...] = ()
        self._lifting: tuple[Lifting, ...] = ()

    def gated(self) -> Gated:
        """The answer."""
        policy = policing(self._opened.objects, self._base, self._wanted.policy)
        read, found = self._read(policy)
        tests = tests_of(found)
        input_ = filled(read)
        threshold = self._base.criteria.scan_threshold
        scored = score(input_, tested=tests.state == "passed", threshold=threshold)
        input_ = msgspec.structs.replace(input_, score=scored.points)
        decision = decided(policy, input_)
        case = Case(
            input=input_,
            problems=self._problems(),
            decision=decision,
            no_policy=policy.why,
            current=current(self._chosen, self._opened, self._now, asks=self._wanted.asks),
            said=lacking(read.voices),
            tests=tests,
            unattributed=None if input_.change.commits is None else read.asked.work.unattributed,
            threshold=threshold,
            complete=self._base.table.checks_complete,
            owned=self._base.names_owners,
            unheard=unheard(read.voices),
            unlifted=self._unlifted,
            anew=read.asked.span.anew,
            where=places(self._chosen, self._base, found, given=policy.given),
        )
        judged = requirements(case, self._asked(), self._threshold())
        judged = judged if self._base.understood else undecidable(judged)
        told = answer(case, judged, scored, self._chosen)
        lifted = lifted_by(waived(policy, input_, decision), self._lifting)
        told = msgspec.structs.replace(self._told(told, policy), waived=lifted)
        return Gated(
            answer=told, input=input_, decision=decision, files=policy.files, chosen=self._chosen
        )

    def _told(self, told: Answer, policy: Policing) -> Answer:
        """The answer with who gives it, whose the policy is, and what was noticed."""
        source: Literal["base", "caller"] = "caller" if policy.given else "base"
        return msgspec.structs.replace(
            told,
            tool=TOOL,
            policy=msgspec.structs.replace(told.policy, source=source),
            noticed=tuple(dict.fromkeys(self._noticed)),
        )

    def _problems(self) -> tuple[str, ...]:
        """Why what it is judged by cannot be relied on."""
        beside = strayed(self._chosen, self._opened, self._wanted.branches)
        return (*self._base.problems, *beside)

    def _asked(self) -> tuple[str, ...]:
        """The requirements that are asked for: the base's, and the caller's besides."""
        own = self._base.table.require
        return (*(DEFAULT if own is None else own), *self._wanted.require)

    def _threshold(self) -> int | None:
        """The higher of the two scores that are asked for."""
        asked = (self._base.table.threshold, self._wanted.threshold)
        return max((one for one in asked if one is not None), default=None)

    def _read(self, policy: Policing) -> tuple[Read, Results]:
        """All that is read of the change."""
        opened, base, forge = self._opened, self._base, self._chosen.forge
        change = span(opened.git, opened.objects, base.commit, self._chosen.head)
        seen = work(opened, base, change)
        persons = Persons(base, forge.host if forge else _HERE)
        asked = Asked(change, seen, base, persons, rfc3339(self._now))
        reviews = Reviews(forge, opened, asked) if forge else None
        hands, needed = alone(doubted(seen.hands, seen.forge_typed))
        if reviews:
            hands, needed = reviews.joined.hands, reviews.joined.needed
        given = Given(
            repository=self._wanted.repository, files=self._wanted.facts, ledger=self._wanted.ledger
        )
        by_key = signed(opened, asked, given, hands, forge.request if forge else None)
        self._unlifted, self._lifting = by_key.unlifted, by_key.lifting
        found = results(opened, base, change, given, self._now)
        whole = change.commits is not None
        told = (reviews.told if reviews else not self._wanted.asks) and by_key.whole and whole
        self._noticed += [*base.noticed, *change.lost, *seen.noticed, *_untold(forge)]
        self._noticed += [*by_key.noticed, *by_key.unlifted, *found.noticed]
        old = stale(self._chosen, self._now)
        sure = whole and not old and (reviews is None or reviews.dated)
        voices = (*(reviews.voices() if reviews else ()), *by_key.voices)
        read = Read(
            asked=asked,
            asks=self._wanted.asks or forge is not None,
            forge=forge,
            reviews=reviews,
            hands=hands,
            needed=needed,
            voices=standing(voices if sure else tuple(map(unsure, voices))),
            told=told,
            objections=told and not old and not (reviews and reviews.lifted is None),
            stale=old,
            waivers=by_key.waivers,
            scan=scan_of(found),
            patterns=policy.bundle.manifest.classes if policy.bundle else {},
        )
        return read, found


def _untold(forge: ForgeNow | None) -> Iterator[str]:
    """What no forge told, or what the one that was asked did not tell."""
    if forge is None:
        yield _TYPED
        return
    for record, one in forge.unknown:
        yield f"{record or 'the forge'}: {one.what}: {one.reason}"
