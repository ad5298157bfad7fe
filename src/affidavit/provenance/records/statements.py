"""What the readers of in-toto statements share: fields of any form, and what is kept of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from affidavit.base.text import shortened, visible
from affidavit.provenance.records.documents import Counts, commit_of, time_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from affidavit.base.errors import FormatError
    from affidavit.ledger.attested import Statement

COMMIT = "gitCommit"
TREE = "gitTree"
MOST_STATED = 200
"""Pairs that one record states."""
MOST_DEEDS = 1_000
"""People, of each part, whom one record names."""
LONGEST = 200
"""Characters of a text that is kept."""
_QUOTED = re.compile(r"""(?<= )(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""")


def why(error: FormatError) -> str:
    """Why something is no statement, without what it quotes of it."""
    return kept(_QUOTED.sub("…", error.message))


def git_ids(statement: Statement, algorithm: str) -> tuple[str, ...]:
    """The ids of commits (or of trees) that `statement` is about, each once, in its order."""
    found = (
        digest
        for subject in statement.subjects
        for name, digest in subject.digests
        if name == algorithm and commit_of(digest)
    )
    return tuple(dict.fromkeys(found))


def text(value: Mapping[str, object], *names: str) -> str:
    """The text under the first of `names` that has one, on one line; empty where none has."""
    for name in names:
        found = value.get(name)
        if isinstance(found, str) and found:
            return kept(found)
    return ""


def kept(told: str) -> str:
    """`told` on one line, at most `LONGEST` characters of it."""
    return shortened(visible(told), LONGEST)


def below(value: Mapping[str, object], name: str) -> dict[str, object]:
    """The object under `name`; empty where there is none."""
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def each(value: Mapping[str, object], *names: str) -> list[object]:
    """The list under the first of `names` that has one; empty where none has."""
    return next((found for name in names if isinstance(found := value.get(name), list)), [])


def texts(found: Iterable[object]) -> tuple[str, ...]:
    """The texts among `found`, each once."""
    return tuple(dict.fromkeys(kept(one) for one in found if isinstance(one, str) and one))


def time(told: str) -> str | None:
    """`told` where it is a time of RFC 3339."""
    return time_of(told, Counts())
