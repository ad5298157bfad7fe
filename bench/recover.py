"""Recover notes of git-ai that squashes and rebases left behind, and hold them to git blame.

    python bench/recover.py [--blamed 60] [--without-requests] NAME=REPOSITORY...

Nothing is written to the repository. With `--without-requests` its refs/pull/* are not looked at,
so that only commits with notes are left to find what landed by. For the first `--blamed` notes a
merge of the landing's first parent and of what it replaced is made in a clone for the time being,
with the landing's tree; each line is held against the commit that ``git blame`` finds for it there,
and the note on that.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from pathlib import Path

from lifting import Blame, Clone, Squash

from affidavit.app.envelope.lifting import Landing, Lifted
from affidavit.app.recovery import orphans
from affidavit.app.recovery.model import REBASE, Asked, Recovered, Row
from affidavit.app.recovery.recovering import recovered
from affidavit.changes.envelope.ladder import Rung


def squash(clone: Clone, row: Row) -> Squash:
    """A merge in the clone as which git blame sees the landing."""
    assert row.head is not None
    base = clone.git("rev-parse", f"{row.landing}^").strip()
    tree = clone.git("rev-parse", f"{row.landing}^{{tree}}").strip()
    merge = clone.git("commit-tree", tree, "-p", base, "-p", row.head, "-m", "Merge").strip()
    rung = Rung.TREE if row.rung == REBASE else Rung(row.rung)
    return Squash(merge, base, Landing(commit=row.landing, head=row.head, rung=rung))


def blamed(clone: Clone, rows: list[Row]) -> Counter[str]:
    """What blame says of the lines of these notes."""
    blame, counts = Blame(clone), Counter[str]()
    for row in rows:
        only = frozenset({row.head or ""}) if row.rung == REBASE else frozenset[str]()
        done = Lifted(note=row.note, refused=row.refused)
        counts += blame.counts(squash(clone, row), done, only=only)
    return counts


def told(name: str, found: Recovered, seconds: tuple[float, float]) -> None:
    """Print what came of one repository."""
    print(f"\n{name}: {found.landings:,} landings, {found.noted:,} with a note of their own")
    print(f"notes {found.notes:,}, orphaned {found.orphaned:,}", found.fates)
    print("landings without a note", found.outcomes)
    for rung, each in found.rungs.items():
        print(f"{rung}: {each.landings} landings, {each.notes} notes, {each.lines:,} lines")
        print(f"  of {each.attested:,} attested")
    print(f"{seconds[0]:.0f} s, {seconds[1]:.0f} s of processor time beside git's", found.unread)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--blamed", type=int, default=60)
    parser.add_argument("--without-requests", action="store_true", help="hide refs/pull/*")
    parser.add_argument("repositories", nargs="+", metavar="NAME=REPOSITORY")
    asked = parser.parse_args()
    if asked.without_requests:
        setattr(orphans, "pull_heads", lambda _refs: {})  # noqa: B010 -- it is imported there
    for given in asked.repositories:
        name, _, place = given.partition("=")
        began, worked = time.perf_counter(), time.process_time()
        found = recovered(Asked(repository=Path(place)))
        told(name, found, (time.perf_counter() - began, time.process_time() - worked))
        with tempfile.TemporaryDirectory(prefix="recover-") as folder:
            rows = [one for one in found.rows if one.note is not None][: asked.blamed]
            counts = blamed(Clone(Path(place).absolute(), Path(folder)), rows)
        print(f"blame of {len(rows)} notes", dict(counts))


if __name__ == "__main__":
    main()
