"""Histories of aider: what was said, and after each reply what aider did with the edits in it.

A line that begins with ``>`` is aider's own. After a reply it tells the files to which edits were
applied, and then the commit that it made of them. docs/formats/records/aider.md says what is read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from affidavit.base.text import decode
from affidavit.provenance.records import naming
from affidavit.provenance.records.aider_blocks import FENCE, REPLACE, SEARCH, blocks
from affidavit.provenance.records.documents import name_of
from affidavit.provenance.records.edits import Change, Edits, Left, Transcript, Who, lines
from affidavit.provenance.records.rooted import relative

if TYPE_CHECKING:
    from affidavit.provenance.records.applied_patch import Patched

SOURCE = "aider-history"
AGENT = "aider"

BEGUN = "# aider chat started at "
_MODEL = re.compile(
    r"> (?:Main model|Models?|Editor model): (\S+) with (?:\S+ )?([\w-]+) edit format"
)
_APPLIED = "> Applied edit to "
_COMMIT = re.compile(r"> Commit ([0-9a-f]{7,64}) .*")
_REFUSED = ("> The LLM did not conform to the edit format.", "> Skipping edits to ", "> Did not ")
_SPENT = "> Tokens: "
"""What aider says after each reply, however it ended."""
_INSIDE = "/repository"
"""A root for paths that are told from the root already: what leads out of it is left out."""


class _History:
    """One history while it is read."""

    def __init__(self, edits: Edits, root: str | None) -> None:
        self.edits = edits
        self._root = root or _INSIDE
        self._who = Who(AGENT)
        self._form = ""
        self._number = 0
        self._begin()

    def _begin(self) -> None:
        """A new reply is to come."""
        self._reply: list[str] = []
        self._is_answered = False
        self._within = ""
        self._applied: set[str] = set()
        self._refused = False
        self._commit: str | None = None

    def read(self, line: str) -> None:
        ends = line.startswith((BEGUN, _SPENT))
        if not ends and self._is_inside(line):
            self._reply.append(line)
        elif line.startswith(("#### ", BEGUN)):
            self.flush()
            if line.startswith(BEGUN):
                self._who = Who(AGENT, None, name_of(line[len(BEGUN) :]))
        elif line.startswith(">"):
            self._own(line.rstrip())
        else:
            if self._is_answered and line.strip():
                self.flush()
            self._reply.append(line)

    def _is_inside(self, line: str) -> bool:
        """Whether `line` goes on with an edit of the reply, whatever it begins with."""
        if self._within == "block":
            self._within = "" if REPLACE.fullmatch(line) else "block"
            return True
        if self._within:
            self._within = "" if line.strip() == self._within else self._within
            return True
        fence = FENCE.fullmatch(line)
        if SEARCH.fullmatch(line):
            self._within = "block"
        elif fence and ("whole" in self._form or "udiff" in self._form):
            self._within = fence[1]
        return False

    def _own(self, line: str) -> None:
        """A line of aider's own."""
        self._is_answered, self._within = True, ""
        model, commit = _MODEL.match(line), _COMMIT.fullmatch(line)
        if model:
            self._who = self._who._replace(model=naming.model(model[1]))
            self._form = model[2]
        elif line.startswith(_APPLIED):
            self._applied.add(_plain(line[len(_APPLIED) :]))
        elif commit and self._applied:
            # A commit that is told before an edit holds what somebody else had changed.
            self._commit = self._commit or commit[1]
        elif line.startswith(_REFUSED):
            self._refused = True

    def flush(self) -> None:
        """The reply and what came of it are all there."""
        for block in blocks(self._reply, self._form):
            self._number += 1
            self._made(str(self._number), block)
        self._begin()

    def _made(self, key: str, block: Patched) -> None:
        name = _plain(block.path)
        found = [path for path in self._applied if f"/{path}".endswith(f"/{name}")]
        path = relative(found[0], self._root) if found else None
        self.edits.call(key, self._who, (Change(path, block.runs),))
        if len(found) == 1:
            self.edits.succeeded(key, None, commit=self._commit)
        elif self._refused:
            self.edits.failed(key)


def _plain(path: str) -> str:
    return path.strip().replace("\\", "/").removeprefix("./")


def read(data: bytes, place: str, root: str | None = None) -> Transcript:
    """What the history `data`, which stood at `place`, says that was written.

    Its paths are told from the root of the repository; an absolute one is told from `root`. Of
    an edit `stated` has the commit, shortened, that aider made of it; times are told without their
    zone, and are left out.
    """
    edits = Edits(SOURCE, place)
    history = _History(edits, root)
    for line in lines(data, edits):
        history.read(decode(line).removesuffix("\n").removesuffix("\r"))
    history.flush()
    return edits.transcript()


def read_requests(data: bytes, place: str, root: str | None = None) -> Transcript:
    """The same of the history of requests to models, which tells nothing of what was applied."""
    del root
    edits = Edits(SOURCE, place)
    for line in lines(data, edits):
        text = decode(line).rstrip("\r\n")
        if text.startswith("ASSISTANT ") and REPLACE.fullmatch(text.removeprefix("ASSISTANT ")):
            edits.leave(Left.UNTOLD)
    return edits.transcript()
