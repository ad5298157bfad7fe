"""What of the items of a waiver no policy lifts, by that of the base: told before it is signed."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from affidavit.app.config import FILE_NAME, MAX_INSIDE, config
from affidavit.app.gate.table import GateTable
from affidavit.app.policy.opening import bundle_in
from affidavit.base.errors import AffidavitError
from affidavit.changes.approval.waivable import FAMILIAR, is_rule
from affidavit.policy.rules import ids_of, rules_of
from affidavit.sources.git.locate import locate
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_FIXED = "is a requirement or a control test, which no waiver lifts: name rules of the policy"


def idle(repository: Path, base: str | None, items: Sequence[str]) -> Iterator[str]:
    """Of each of `items` that is no rule of the policy at `base`: what it is, in words."""
    rules = _rules(repository, base) if items else ()
    for one in items:
        if rules is not None and one in rules:
            continue
        if one in FAMILIAR:
            yield f"{one} {_FIXED}"
        elif not is_rule(one):
            yield f"{one} is no rule of the policy{_meant(one, rules or ())}"
        elif rules is None:
            yield f"{one}: the base has no policy that can be read, and so no such rule is known"
        else:
            yield f"{one} is no rule of the policy of the base{_meant(one, rules)}"


def _meant(item: str, rules: Sequence[str]) -> str:
    near = get_close_matches(item, rules, 1, 0.8)
    return f": did you mean {near[0]}?" if near else ": only a finding of that id is waived"


def _rules(repository: Path, base: str | None) -> tuple[str, ...] | None:
    """The ids of the rules of the policy at `base`; None where there is none that can be read."""
    if base is None:
        return None
    store = locate(repository)
    try:
        with PrivateGit(store, read_refs(store)) as git, Objects(git) as objects:
            data = objects.blob_at(base, FILE_NAME, MAX_INSIDE)
            table = config(data, FILE_NAME, most=MAX_INSIDE).gate if data else None
            folder = (table or GateTable()).policy
            return ids_of(rules_of(bundle_in(objects, base, folder).modules))
    except AffidavitError:
        return None
