"""Records of Agent Trace 0.1.0, written: the same bytes for the same lines.

One record for each agent and session, for a record names the tool that wrote the code once. Its id
is a UUID of version 5 over its own content, so whoever writes the same says the same thing once.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, NamedTuple, TypeAlias
from uuid import NAMESPACE_URL, uuid5

from affidavit.base.canonical import canonical
from affidavit.base.digest import sha256
from affidavit.base.errors import FormatError
from affidavit.provenance.records.documents import Counts, commit_of, link_of, time_of
from affidavit.provenance.records.model import Attests
from affidavit.provenance.records.writing import Attested, Whose, Written, attested_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from affidavit.provenance.gitai_log import Span, Spans
    from affidavit.provenance.records.model import LineClaim

VERSION = "0.1.0"
LONGEST_MODEL = 250
"""Characters of a model's id that the form allows."""
HASHED = (
    "content_hash is sha256 over the lines start_line to end_line, each without the CR LF or LF "
    "that ends it and followed by one LF"
)
"""How the hash of a range is made, which the form leaves open: it stands in `metadata`."""

NO_VERSION = "unknown"
"""The version of a tool: not known here, and asked for by the form's own reference schema."""

BEYOND = "paths with lines that the file does not have, left out"
NO_SESSION = "sessions that the form has no way to write, left out"
LONG_MODEL = f"models of more than {LONGEST_MODEL} characters, left out"

_Of: TypeAlias = tuple[str, str]
"""Agent and session that one record is of; empty where they are not known."""
_NAMESPACE = uuid5(NAMESPACE_URL, "https://affidavit.invalid/agent-trace")
_SESSION = re.compile(r"[\w.:-]{1,200}", re.ASCII)


class About(NamedTuple):
    """What all records are about: the commit, when they were made, what makes them.

    `contents` are the files at that commit, where known: then a range has a hash. `ground` says on
    what ground the lines are whose they are, where that is not that they were seen to be written.
    """

    commit: str
    time: str
    version: str
    contents: Mapping[str, bytes] | None = None
    ground: str = ""


def records(claims: Iterable[LineClaim], about: About) -> Written:
    """Records of these lines, one JSON object a line.

    Raises:
        FormatError: The commit is no whole id, or the time is none of RFC 3339.
    """
    if commit_of(about.commit) != about.commit:
        raise FormatError("a record of Agent Trace is about one commit by its whole id")
    if time_of(about.time, Counts()) is None:
        raise FormatError("the time of a record of Agent Trace is one of RFC 3339")
    counts = Counts()
    writer = _Writer(about, counts)
    found: dict[_Of, Attested] = {}
    for path, each in attested_lines(claims, counts).items():
        if not writer.fits(path, each):
            counts.count(BEYOND)
            continue
        for whose, spans in each.items():
            of = (whose.agent, whose.session or "")
            found.setdefault(of, {}).setdefault(path, {})[whose] = spans
    made = (writer.record(*of, found[of]) for of in sorted(found))
    return Written(b"".join(one + b"\n" for one in made), counts.sentences())


def content_hash(lines: Sequence[bytes], span: Span) -> str:
    """The hash of a range of `lines`, which are a file's without their ends."""
    digest = hashlib.sha256()
    for line in lines[span.first - 1 : span.last]:
        digest.update(line + b"\n")
    return f"sha256:{digest.hexdigest()}"


def lines_of(content: bytes) -> list[bytes]:
    """The lines of a file without the CR LF or LF that ends each."""
    lines = content.split(b"\n")
    ended = [one.removesuffix(b"\r") for one in lines[:-1]]
    return [*ended, lines[-1]] if lines[-1] else ended


class _Writer:
    """Writes records about one commit; what it leaves out is counted."""

    def __init__(self, about: About, counts: Counts) -> None:
        self._about = about
        self._counts = counts
        self._lines: dict[str, list[bytes]] = {}

    def fits(self, path: str, each: Mapping[Whose, Spans]) -> bool:
        """Whether the file has such lines, as far as it is known."""
        if self._about.contents is None:
            return True
        lines = self._lines[path] = lines_of(self._about.contents.get(path, b""))
        return all(spans[-1].last <= len(lines) for spans in each.values())

    def record(self, agent: str, session: str, files: Attested) -> bytes:
        """The record of the lines of one agent and session."""
        said: dict[str, object] = {
            "version": VERSION,
            "timestamp": self._about.time,
            "vcs": {"type": "git", "revision": self._about.commit},
            **({"tool": {"name": agent, "version": NO_VERSION}} if agent else {}),
            "files": [
                {
                    "path": path,
                    "conversations": [self._conversation(path, *one) for one in each.items()],
                }
                for path, each in files.items()
            ],
            "metadata": {
                **({} if self._about.contents is None else {"content_hash": HASHED}),
                **({"ground": self._about.ground} if self._about.ground else {}),
                **self._of_session(session),
                "writer": {"name": "affidavit", "version": self._about.version},
            },
        }
        return canonical({**said, "id": str(uuid5(_NAMESPACE, sha256(canonical(said))))})

    def _of_session(self, session: str) -> dict[str, str]:
        """A session that is a plain name; an address stands with its conversation."""
        if not session or link_of(session) == session:
            return {}
        if _SESSION.fullmatch(session):
            return {"session_id": session}
        self._counts.count(NO_SESSION)
        return {}

    def _conversation(self, path: str, whose: Whose, spans: Spans) -> dict[str, object]:
        session = whose.session or ""
        return {
            **({"url": session} if session and link_of(session) == session else {}),
            "contributor": self._contributor(whose),
            "ranges": [_range(span, self._lines.get(path)) for span in spans],
        }

    def _contributor(self, whose: Whose) -> dict[str, str]:
        model = whose.model if whose.attests in (Attests.AI, Attests.MIXED) else None
        if model and len(model) > LONGEST_MODEL:
            self._counts.count(LONG_MODEL)
            model = None
        return {"type": str(whose.attests), **({"model_id": model} if model else {})}


def _range(span: Span, lines: Sequence[bytes] | None) -> dict[str, object]:
    hashed = {} if lines is None else {"content_hash": content_hash(lines, span)}
    return {"start_line": span.first, "end_line": span.last, **hashed}
