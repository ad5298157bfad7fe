"""Critical paths: glob patterns over the paths a landing touched."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import re2

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MAX_PATTERN = 200
"""Characters of a pattern; a longer one is refused by the configuration."""

MAX_PATTERNS = 200
"""Patterns of one configuration; with more, or longer ones, matching could need too much memory."""


class CriticalPaths:
    """Matches paths: ``*`` and ``?`` stay within a folder, ``**`` crosses folders, case counts."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self.patterns = tuple(dict.fromkeys(patterns))
        # re2: a pattern may come from the audited repository, and must not be able to hang.
        self._set = re2.Set.FullMatchSet()
        for pattern in self.patterns:
            self._set.Add(_expression(pattern))
        self._set.Compile()

    def touched(self, paths: Iterable[str]) -> tuple[str, ...]:
        """The patterns that any of `paths` matches, in the order they were given."""
        if not self.patterns:
            return ()
        found = {index for path in paths for index in self._set.Match(path) or ()}
        return tuple(self.patterns[index] for index in sorted(found))


_TOKEN = re.compile(r"\*\*/|/?\*\*\Z|\*+|\?|[^*?/]+|/")
_MEANING = {"**/": "(?:[^/]+/)*", "**": ".*", "/**": "/.+", "?": "[^/]"}


def _expression(pattern: str) -> str:
    parts = (
        _MEANING.get(token) or ("[^/]*" if token[0] == "*" else re.escape(token))
        for token in _TOKEN.findall(pattern)
    )
    return "(?s:" + "".join(parts) + ")"
