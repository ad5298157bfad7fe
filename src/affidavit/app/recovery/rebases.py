"""Landings whose own patch is that of one commit with a note that the branch lost."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from affidavit.app.envelope.behind import parsed
from affidavit.app.envelope.contents import Contents
from affidavit.app.envelope.lifting import Lifted, RefusedNote, said
from affidavit.app.envelope.texts import Texts
from affidavit.base.errors import FormatError
from affidavit.changes.envelope.fitting import had
from affidavit.changes.envelope.lifting import fitted
from affidavit.changes.envelope.rebased import placed
from affidavit.provenance.gitai_log import count, text
from affidavit.provenance.gitai_records import of_lines
from affidavit.sources.git.notes import note_bodies
from affidavit.sources.git.objects import Objects

if TYPE_CHECKING:
    from collections.abc import Iterable

    from affidavit.app.recovery.orphans import Lost
    from affidavit.changes.envelope.ladder import Candidate, Landed
    from affidavit.changes.envelope.lifting import State
    from affidavit.provenance.gitai_log import Log
    from affidavit.sources.git.private import PrivateGit


class Same(NamedTuple):
    """The commits whose patch is a landing's; `cut` where not all could be compared.

    `again` says that another landing has this patch, too.
    """

    commits: tuple[str, ...]
    cut: bool = False
    again: bool = False
    unread: bool = False

    @property
    def one(self) -> str | None:
        """The only one, where it is the only one and became one landing."""
        alone = len(self.commits) == 1 and not self.cut and not self.again
        return self.commits[0] if alone else None


class Rebases:
    """Looks landings up by their patch."""

    def __init__(self, git: PrivateGit, lost: Lost, candidates: Iterable[Candidate]) -> None:
        self._git = git
        self._lost = lost
        self._begun = {one.head: one for one in candidates}
        self._changes = lost.history.own(lost.orphans)
        self._by_paths: defaultdict[frozenset[bytes], list[str]] = defaultdict(list)
        for commit, change in self._changes.items():
            if change.touched:
                self._by_paths[change.paths].append(commit)

    def same(self) -> dict[str, Same]:
        """The commits with the patch of each landing that has one parent, where there are any."""
        likely = [
            one
            for one in self._lost.landings
            if len(one.parents) == 1 and one.change.touched and one.change.paths in self._by_paths
        ]
        with Objects(self._git) as objects:
            contents = Contents(objects)
            own = {one.commit: contents.patch(one.change) for one in likely}
            told = {one.commit: self._same(one, own[one.commit], contents) for one in likely}
        times = Counter(one for one in own.values() if one is not None)
        return {
            one: each._replace(again=times[own[one] or ""] > 1)
            for one, each in told.items()
            if each.commits or each.cut or each.unread
        }

    def _same(self, landed: Landed, own: str | None, contents: Contents) -> Same:
        if own is None:
            return Same((), unread=True)
        listed = [one for one in self._by_paths[landed.change.paths] if self._may(landed, one)]
        digests = {one: contents.patch(self._changes[one]) for one in listed}
        same = tuple(sorted(one for one, digest in digests.items() if digest == own))
        return Same(same, cut=any(digest is None for digest in digests.values()))

    def _may(self, landed: Landed, commit: str) -> bool:
        """Whether it did not begin on what the branch had only after `landed`."""
        begun = self._begun.get(commit)
        return begun is None or had(landed, begun)

    def carried(self, landed: Landed, commit: str) -> Lifted:
        """The note that `landed` may have of that on `commit`.

        Raises:
            UsageError: It is too much.
            FormatError: The note cannot be written.
        """
        with Objects(self._git) as objects:
            wanted = {commit: self._lost.notes.blobs[commit]}
            logs, refused = parsed(wanted, note_bodies(objects, wanted))
            if commit in refused:
                return _refused(commit, refused[commit])
            if commit not in logs:
                return Lifted(why="its note has no lines", commits=1)
            return self._placed(objects, landed, commit, logs[commit])

    def _placed(self, objects: Objects, landed: Landed, commit: str, log: Log) -> Lifted:
        texts = Texts(objects)
        own = self._changes[commit]
        try:
            brought, attested = fitted(log.files, own.by_path, texts.after, texts.changes)
        except FormatError as error:
            return _refused(commit, error.message)
        found = placed(brought, own.by_path, landed.change.by_path, texts.changes)
        lines = _lines(found)
        made = of_lines({path.decode(): keyed for path, keyed in found.items()}, [log])
        return Lifted(
            note=text(made, landed.commit).decode() if lines else None,
            why=None if lines else "the context proves the place of no line",
            commits=1,
            notes=1,
            attested=attested,
            brought=_lines(brought),
            lines=lines,
        )


def _refused(commit: str, why: str) -> Lifted:
    return Lifted(why="its note is refused", commits=1, refused=(RefusedNote(commit, said(why)),))


def _lines(files: State) -> int:
    return sum(count(spans) for keyed in files.values() for spans in keyed.values())
