"""What a command asks of joins: which landings, which changes, and what came of each."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.envelope.file import Refused, candidates_of, envelope_at
from affidavit.app.envelope.history import History
from affidavit.app.envelope.joining import joined
from affidavit.app.progress import QUIET
from affidavit.app.receipts.commits import resolved
from affidavit.app.squashes import pull_heads
from affidavit.base.errors import NoCommitsError, UsageError
from affidavit.base.period import since
from affidavit.changes.envelope.ladder import Joined, Rung
from affidavit.changes.forge.model import PullRequest
from affidavit.changes.pull_request import stated
from affidavit.provenance.trailers import trailers
from affidavit.sources.forge.reading import Export
from affidavit.sources.git.commit import parse
from affidavit.sources.git.locate import locate
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from affidavit.app.reading import Progress
    from affidavit.changes.envelope.ladder import Candidate

LARGEST_COMMIT = 1 << 20
"""Bytes of a commit whose text is looked at for a number."""
_FULL = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which landings of `branch` (default: HEAD) are to be joined, and to what.

    `landings` are revisions; without them all since the day `since`. `pulls` takes the requests
    that the repository has refs of, `forge` is an export that tells which of them landed as what.
    """

    repository: Path
    landings: tuple[str, ...] = ()
    since: str | None = None
    branch: str = "HEAD"
    envelopes: tuple[Path, ...] = ()
    pulls: bool = False
    forge: Path | None = None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A landing and what it is joined to, by which rung."""

    landing: str
    rung: Rung
    carries: bool
    change: str | None
    head: str | None
    tree: str | None
    among: tuple[str, ...]
    cut: bool
    span: int


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """All of them, newest landing first; `git` merged for the replay, None where it cannot."""

    landings: tuple[Answer, ...]
    counts: dict[str, int]
    refused: tuple[Refused, ...]
    git: str | None

    @property
    def exit_status(self) -> int:
        """0 where each landing is joined by a rung that carries; else it cannot be decided."""
        return 0 if self.landings and all(one.carries for one in self.landings) else 3


def answered(asked: Asked, progress: Progress = QUIET) -> Answers:
    """Join what is asked for.

    Raises:
        UsageError: It is not said which landings, or to what, or one is not on the branch.
        AffidavitError: The repository or a file cannot be read; see docs/errors/.
    """
    if not asked.envelopes and not asked.pulls:
        raise UsageError("give --envelopes or --pulls: what are landings to be joined to?")
    if bool(asked.landings) == (asked.since is not None):
        raise UsageError("name landings, or give --since")
    envelopes = [envelope_at(path) for path in asked.envelopes]
    tip = resolved(asked.repository, asked.branch).commit
    named = [_commit(asked.repository, one) for one in asked.landings]
    store = locate(asked.repository)
    refs = read_refs(store)
    with PrivateGit(store, refs) as git:
        heads = pull_heads(refs) if asked.pulls else {}
        progress.step("reading history")
        history = History(git, tip, heads.values())
        wanted = _wanted(history, named, asked.since)
        told, refused = candidates_of(git, envelopes, history.places)
        known = _recorded([*told, *history.requests(heads)], asked.forge)
        landings = history.landings(wanted, numbers(git, wanted))
        found = joined(git, landings, known, progress)
    answers = tuple(_answer(one, found.by_landing[one]) for one in wanted)
    rungs = [one.rung for one in answers]
    counts = {str(rung): rungs.count(rung) for rung in Rung}
    return Answers(landings=answers, counts=counts, refused=tuple(refused), git=found.git)


def _commit(repository: Path, revision: str) -> str:
    """The commit that `revision` names; a full id is looked for on the branch alone."""
    return revision if _FULL.fullmatch(revision) else resolved(repository, revision).commit


def _wanted(history: History, named: Sequence[str], day: str | None) -> list[str]:
    """The landings that are asked for, newest first."""
    chain = history.chain()
    for one in named:
        if one not in chain:
            raise UsageError(f"{one[:12]} is no landing of the branch")
    if day is None:
        return [one for one in chain if one in set(named)]
    start = since(day)
    found = [one for one in chain if (history.main.times.get(one) or 0) >= start]
    if not found:
        raise NoCommitsError(f"nothing landed since {day}")
    return found


def numbers(git: PrivateGit, commits: Sequence[str]) -> dict[str, str]:
    """The numbers of requests that the texts of `commits` name."""
    found = {}
    with Objects(git) as objects:
        for one in objects.read(commits, max_size=LARGEST_COMMIT):
            if one.body is not None and one.kind == "commit":
                commit = parse(one.id, one.body)
                named = stated(commit, trailers(commit.message))
                if named is not None:
                    found[one.id] = named.number
    return found


def _recorded(candidates: Sequence[Candidate], export: Path | None) -> list[Candidate]:
    """`candidates` with the merges that the forge recorded of the heads that they have.

    Of one that has no number, all requests with its head.
    """
    if export is None:
        return list(candidates)
    merged: dict[tuple[str | None, str], set[str]] = {}
    for line in Export(export).lines():
        one = line.data
        if isinstance(one, PullRequest) and one.merge_commit is not None and one.head_oid:
            for number in (None, str(one.number)):
                merged.setdefault((number, one.head_oid), set()).add(one.merge_commit.oid)
    return [
        msgspec.structs.replace(one, landed_as=tuple(sorted(oids)))
        if (oids := merged.get((one.number, one.head)))
        else one
        for one in candidates
    ]


def _answer(landing: str, one: Joined) -> Answer:
    return Answer(
        landing=landing,
        rung=one.rung,
        carries=one.carries,
        change=one.key,
        head=one.head,
        tree=one.tree,
        among=one.among,
        cut=one.cut,
        span=one.span,
    )
