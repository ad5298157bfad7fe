"""What is told of the lines of a repository at a commit."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from affidavit.app.lines.files import under
from affidavit.app.lines.lacking import lacking, unsplit
from affidavit.app.lines.landed import fates, months
from affidavit.app.lines.stored import followed
from affidavit.app.records.owning import Owning
from affidavit.app.tool import tool
from affidavit.audit.lines.counting import (
    Ages,
    Count,
    Hands,
    by_directory,
    by_language,
    by_owner,
    file_lines,
)
from affidavit.audit.lines.model import LinesReport, RecordsSeen, Seen
from affidavit.base.limit import Limit, limit
from affidavit.base.period import rfc3339
from affidavit.base.text import decode, shortened, visible
from affidavit.changes.critical import CriticalPaths

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from collections.abc import Set as AbstractSet

    from affidavit.app.lines.held import Lines
    from affidavit.app.lines.opening import Opened
    from affidavit.app.reading import Progress
    from affidavit.audit.lines.model import FileLines
    from affidavit.changes.lines.model import Made

LONGEST = 1_000
"""Characters of a path that are shown."""


def report(
    opened: Opened, progress: Progress, within: str = "", *, fresh: bool = False
) -> LinesReport:
    """Everything that is told of the lines at the head; of the files under `within` alone.

    Unless it is to be `fresh`, it goes on from what was stored of the branch.

    Raises:
        UsageError: The commit has nothing at `within`.
        GitFailedError: git cannot read all of it.
    """
    asked = under(opened, within) if within else None
    return report_of(opened, followed(opened, progress, fresh=fresh), progress, asked)


def report_of(
    opened: Opened, found: Lines, progress: Progress, asked: AbstractSet[bytes] | None = None
) -> LinesReport:
    """The same of lines that were followed already; of the files `asked` about, or of all."""
    progress.step("counting lines")
    return _Telling(opened, found, asked).report()


class _Telling:
    """One report under way."""

    def __init__(self, opened: Opened, found: Lines, asked: AbstractSet[bytes] | None) -> None:
        self._opened = opened
        self._found = found
        paths = found.paths
        self._paths = paths if asked is None else [one for one in paths if one in asked]
        self._binary = found.binary if asked is None else len(asked) - len(self._paths)
        self._branch = found.branch
        self._now = self._branch.times.get(opened.head)
        self._total, self._critical = Count(), Count()
        self._hands, self._ages = Hands(), Ages(self._now)
        self._keys: defaultdict[int, int] = defaultdict(int)

    def report(self) -> LinesReport:
        """All of it."""
        owners, unread = self._owners()
        files = tuple(self._files(owners))
        history = self._found.history
        times = [self._branch.times.get(one) for one in self._branch.landings]
        self._tell(times)
        return LinesReport(
            tool=tool(),
            repository=self._opened.name,
            commit=self._opened.head,
            time=None if self._now is None else rfc3339(self._now),
            at=self._opened.at,
            total=self._total.counts(),
            binary_files=self._binary,
            seen=self._seen(),
            directories=by_directory(files),
            languages=by_language(files),
            owners=by_owner(files),
            critical=self._critical.counts(),
            agents=self._hands.agents(),
            grounds=self._hands.grounds(),
            ages=self._ages.ages(),
            fates=tuple(fates(history, times, self._now)),
            months=months(history),
            files=tuple(sorted(files, key=lambda one: (-one.lines, one.path))),
            limits=tuple(sorted({*self._limits(), *unread})),
        )

    def _limits(self) -> tuple[Limit, ...]:
        opened, branch = self._opened, self._branch
        missing = lacking(opened, branch, branch.landings)
        return (*self._found.limits, *opened.settings.limits, *missing)

    def _owners(self) -> tuple[Callable[[str], tuple[str, ...]], list[Limit]]:
        """Who owns a file by the file of code owners at this very commit."""
        head = self._opened.head
        owned = Owning(self._opened.source.objects, {head: head}).of(head)
        rules = owned.rules
        if owned.why:
            text = "The file of code owners cannot be read; owners of files are not known."
            return lambda _path: (), [limit("owners-unread", text, [visible(owned.why)])]
        if rules is None:
            return lambda _path: (), []

        def of(path: str) -> tuple[str, ...]:
            rule = rules.of(path)
            return rule.owners if rule else ()

        return of, []

    def _files(self, owners: Callable[[str], tuple[str, ...]]) -> list[FileLines]:
        critical = CriticalPaths(self._opened.settings.critical)
        found = []
        for raw in self._paths:
            path = decode(raw)
            count = self._counted(raw)
            one = file_lines(
                visible(shortened(path, LONGEST)),
                count,
                owners=owners(path),
                critical=bool(critical.touched([path])),
            )
            self._total.join(one)
            if one.critical:
                self._critical.join(one)
            found.append(one)
        return found

    def _counted(self, path: bytes) -> Count:
        """The lines of one file."""
        counts, keys, numbers = self._found.tally(path)
        each = self._keys
        for key, number in zip(keys, numbers, strict=True):
            each[key] += number
        return Count(counts)

    def _tell(self, times: Sequence[int | None]) -> None:
        """Count lines by who is named of them, and by their age."""
        keyed, add = self._found.keyed, self._ages.add
        of: defaultdict[Made, int] = defaultdict(int)
        for key, number in self._keys.items():
            landing, made = keyed(key)
            of[made] += number
            add(made.line_class, number, times[landing])
        for made, number in of.items():
            self._hands.add(made, number)

    def _seen(self) -> Seen:
        branch, brought = self._branch, self._found.history.brought
        return Seen(
            landings=len(branch.landings),
            split=sum(one in brought for one in branch.behind),
            unsplit=len(unsplit(branch, branch.landings)),
            records=tuple(
                RecordsSeen(
                    source=source,
                    commits=one.used,
                    refused=one.refused,
                    attested=one.attested,
                    brought=one.brought,
                )
                for source, one in sorted(self._found.notes.coverage.items())
            ),
        )
