"""What a forge's records hold of the rules and pushes of the audited branches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.app.records.export import ref_names
from affidavit.changes.forge.model import BranchRules, Push, Repository, Ruleset
from affidavit.changes.record.lacking import NO_FORGE
from affidavit.changes.record.material import Kept
from affidavit.controls.cc8.rules import History

if TYPE_CHECKING:
    from collections.abc import Sequence

    from affidavit.app.records.export import Records

_HEADS = "refs/heads/"


def histories(records: Records | None, branches: Sequence[str]) -> dict[str, History]:
    """What is known of each of `branches`, as an audit calls them."""
    if records is None:
        return {one: _nothing(one) for one in branches}
    rules: list[Kept[BranchRules]] = []
    rulesets: list[Kept[Ruleset]] = []
    pushes: list[Kept[Push]] = []
    defaults: set[str] = set()
    for line in records.lines():
        match line.data:
            case BranchRules():
                rules.append(Kept(origin=line.origin, data=line.data))
            case Ruleset():
                rulesets.append(Kept(origin=line.origin, data=line.data))
            case Push():
                pushes.append(Kept(origin=line.origin, data=line.data))
            case Repository():
                defaults |= {line.data.default_branch} if line.data.default_branch else set()
            case _:
                pass
    return {one: _history(one, defaults, records, (rules, rulesets, pushes)) for one in branches}


def _history(
    name: str,
    defaults: set[str],
    records: Records,
    found: tuple[list[Kept[BranchRules]], list[Kept[Ruleset]], list[Kept[Push]]],
) -> History:
    rules, rulesets, pushes = found
    refs = tuple(ref_names(name))
    own = {one.removeprefix(_HEADS) for one in refs}
    return History(
        branch=refs[-1].removeprefix(_HEADS),
        default=bool(defaults & own) if len(defaults) == 1 else None,
        snapshots=tuple(sorted((one for one in rules if one.data.branch in own), key=_when)),
        rulesets=tuple(rulesets),
        pushes=tuple(sorted((one for one in pushes if one.data.ref in refs), key=_when)),
        rules_absent=records.absent.get("rules"),
        activity_absent=records.absent.get("activity"),
        moved=len(defaults) > 1,
    )


def _when(kept: Kept[BranchRules] | Kept[Push]) -> tuple[str, str]:
    return kept.data.at, kept.origin.digest


def _nothing(name: str) -> History:
    return History(
        branch=name,
        default=None,
        snapshots=(),
        rulesets=(),
        pushes=(),
        rules_absent=NO_FORGE,
        activity_absent=NO_FORGE,
    )
