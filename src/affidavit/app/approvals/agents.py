"""Signs of a coding agent in an environment: a courtesy, for whoever clears them is not seen.

The data is ``agents.toml`` in this package. A marker that is there refuses a signature; that none
is there proves nothing, raises no grade and is written nowhere.
"""

from __future__ import annotations

import functools
import tomllib
from datetime import date  # noqa: TC003 -- msgspec looks at the fields' types
from importlib import resources
from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping


class Marker(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A variable that an agent sets, who does, and how sure that is, by `source` as of `date`."""

    variable: str
    agent: str
    acts: Literal["refuse", "tell"]
    confidence: Literal["high", "medium", "low"]
    source: str
    date: date
    contains: str = ""

    def is_in(self, environment: Mapping[str, str]) -> bool:
        """Whether the variable is there, not empty, with what it has to contain."""
        value = environment.get(self.variable, "")
        return bool(value) and self.contains in value.lower()


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    marker: tuple[Marker, ...]


@functools.cache
def markers() -> tuple[Marker, ...]:
    """All markers, in the order of the file."""
    text = resources.files(__package__).joinpath("agents.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _File).marker


def found_in(environment: Mapping[str, str]) -> tuple[Marker, ...]:
    """The markers that are in `environment`, those that refuse first."""
    there = [one for one in markers() if one.is_in(environment)]
    return tuple(sorted(there, key=lambda one: one.acts != "refuse"))
