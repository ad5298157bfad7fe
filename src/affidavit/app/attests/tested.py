"""The runs of tests that are of what landed, and the statement of their result."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec

from affidavit.app.attests.believed import told_of
from affidavit.app.attests.checked import Outcome, Ran, ran, reported, summed
from affidavit.app.attests.model import Said
from affidavit.app.receipts.commits import Named
from affidavit.base.digest import sha256
from affidavit.changes.record.evidence import HEAD, checked_commits
from affidavit.changes.record.flags import Flags
from affidavit.changes.record.lacking import NO_FORGE
from affidavit.changes.record.record import change_record
from affidavit.controls.cc8.case import head_tree
from affidavit.provenance.records.documents import Counts, path_of
from affidavit.provenance.records.writing_statements import (
    Reference,
    Revision,
    Run,
    result_of_tests,
)
from affidavit.sources.git.locate import locate
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from affidavit.app.attests.landing import Judged
    from affidavit.changes.record.material import Material

LARGEST = 1 << 20
"""Bytes of a workflow that is told of by its digest."""
NO_TESTS = "no check and no report of tests is of what landed"
_RESULTS = {Outcome.PASSED: "PASSED", Outcome.WARNED: "WARNED", Outcome.FAILED: "FAILED"}


class Tested(msgspec.Struct, frozen=True, kw_only=True):
    """What ran on one commit and on others with the very same files; `gaps` say what may lack."""

    named: Named
    runs: tuple[Ran, ...]
    gaps: tuple[str, ...]


def authors(material: Material) -> frozenset[str]:
    """The accounts of the authors."""
    wrote = change_record(material, Flags()).authors.values
    return frozenset(one.account for one in wrote if one.account)


def merged_head(judged: Judged) -> Named | None:
    """The head that was merged and became this landing, with its tree; None where not known."""
    request = judged.material.request
    tree = head_tree(request.data) if request else None
    if request is None or tree is None or not judged.is_last:
        return None
    head = request.data.head_oid
    places = checked_commits(judged.material)
    return Named(head, tree) if head is not None and places.get(head) == HEAD else None


def tested(judged: Judged) -> Tested:
    """What ran on the landing or on the very files of it; else what ran on the merged head."""
    head = merged_head(judged)
    same = {judged.named.commit}
    if head is not None and head.tree == judged.named.tree:
        same.add(head.commit)
    own = _on(judged, judged.named, frozenset(same))
    if own.runs or head is None:
        return own
    return _on(judged, head, frozenset({head.commit}))


def _on(judged: Judged, named: Named, commits: frozenset[str]) -> Tested:
    material = judged.material
    wrote = authors(material)
    found = material.forge.checks if material.forge else ()
    checks = [one.data for one in found if one.data.commit in commits]
    runs = [run for one in checks for run in ran(one, wrote, None)]
    runs += reported(material.ledger or (), commits)
    lost = [f"the forge did not tell all: {each.what}" for one in checks for each in one.missing]
    lost += unrecorded(judged, commits)
    if material.untold:
        lost.append("the ledger has more facts about it than are told")
    return Tested(named=named, runs=tuple(sorted(runs)), gaps=tuple(lost))


def result(judged: Judged, only: Sequence[str] = ()) -> Said:
    """The statement of the result of the tests; of the checks `only`, if any are named.

    Nothing is stated where nothing ran, where how something ended is not known, or where a ledger
    that was named does not verify.

    Raises:
        FormatError: It cannot be said in the form.
    """
    limits = judged.found.report.limits
    if judged.unbelieved:
        return Said(data=None, told=tuple(told_of(judged)), limits=limits)
    found = tested(judged)
    chosen = [one for one in found.runs if not only or one.name in only]
    absent = [one for one in only if one not in {run.name for run in chosen}]
    if absent or not chosen:
        why = f"it did not run on what landed: {', '.join(absent)}" if absent else _nothing(judged)
        return Said(data=None, told=(why,), limits=limits)
    sum_ = summed(chosen, found.gaps)
    if sum_.result is None:
        return Said(data=None, told=(sum_.why,), limits=limits)
    statement = result_of_tests(
        Revision(*found.named), _run(judged, found.named.commit, chosen, sum_.result)
    )
    told = [f"result         {_RESULTS[sum_.result]}: {sum_.why}", *_about(judged, found)]
    return Said(data=statement, told=tuple(told), limits=limits)


def unrecorded(judged: Judged, commits: frozenset[str]) -> list[str]:
    """Why the forge's records may not have all that ran on `commits`; nothing without records."""
    forge, records = judged.material.forge, judged.found.records
    if forge is None or records is None:
        return []
    request = judged.material.request
    merged = request.data.merged_at if request else None
    lacking = records.lacking("checks", merged or judged.landing.landed_at)
    if lacking is not None:
        return [lacking]
    without = commits - {one.data.commit for one in forge.checks}
    return [f"no record has what ran on {one[:12]}" for one in sorted(without)]


def _nothing(judged: Judged) -> str:
    forge, ledger = judged.material.forge, judged.material.ledger
    if forge is None and ledger is None:
        return f"{NO_TESTS}: {NO_FORGE}, and no ledger"
    return NO_TESTS


def _about(judged: Judged, found: Tested) -> Iterator[str]:
    commit = found.named.commit
    if commit == judged.named.commit:
        yield f"about          the landing {commit}"
    else:
        yield f"about          the merged head {commit}, whose files are not the landing's"


def _run(judged: Judged, commit: str, runs: Sequence[Ran], result: Outcome) -> Run:
    names = {
        what: tuple(
            sorted(
                {one.name for one in runs if one.outcome is what}
                - ({one.name for one in runs if one.own} if what is Outcome.PASSED else set())
            )
        )
        for what in Outcome
    }
    return Run(
        result=_RESULTS[result],  # type: ignore[arg-type]  # one of the three
        configuration=tuple(_workflows(judged, commit, runs)),
        passed=names[Outcome.PASSED],
        warned=names[Outcome.WARNED],
        failed=names[Outcome.FAILED],
    )


def _workflows(judged: Judged, commit: str, runs: Sequence[Ran]) -> Iterator[Reference]:
    """The workflows that ran them, as they stand in the commit that was tested."""
    records = judged.found.records
    if records is None:
        return
    paths = sorted({one.workflow for one in runs if one.workflow})
    for path in (one for one in paths if path_of(one, Counts()) == one):
        address = f"git+https://{records.host}/{records.source.at}@{commit}#{quote(path)}"
        body = _body(judged.found.wanted.request.repository, commit, path)
        digest = "" if body is None else sha256(body).removeprefix("sha256:")
        yield Reference(address, digest)


def _body(repository: Path, commit: str, path: str) -> bytes | None:
    store = locate(repository)
    with PrivateGit(store, read_refs(store)) as git, Objects(git) as objects:
        return objects.blob_at(commit, path, LARGEST)
