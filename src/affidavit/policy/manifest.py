"""The manifest of a bundle, ``policy.toml``: see docs/policy-engine.md."""

from __future__ import annotations

import re
import tomllib
from typing import Annotated, Literal

import msgspec

from affidavit.policy.errors import bundle_error

NAME = "policy.toml"
MOST_CLASSES = 100
MOST_PATTERNS = 200
"""Patterns of all classes together."""

_Entry = Annotated[
    str, msgspec.Meta(pattern=r"^data(\.[a-zA-Z_][a-zA-Z0-9_]*){1,10}$", max_length=200)
]
_Pattern = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
_ClassName = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a bundle says of itself.

    `allow` and `deny` are entry points, at least one of them is there. `classes` are path classes
    that the input is to have, each with its patterns.
    """

    version: Literal[1]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    rego: Literal["v0", "v1"] = "v1"
    allow: _Entry | None = None
    deny: _Entry | None = None
    tier: _Entry | None = None
    needs: _Entry | None = None
    classes: dict[_ClassName, tuple[_Pattern, ...]] = {}

    @property
    def entries(self) -> tuple[str, ...]:
        """The entry points that it names, each once."""
        named = (self.allow, self.deny, self.tier, self.needs)
        return tuple(dict.fromkeys(one for one in named if one is not None))


def manifest(data: bytes) -> Manifest:
    """The manifest in `data`.

    Raises:
        PolicyError: It is no TOML, or a field is missing, unknown or of the wrong type.
    """
    try:
        text = data.decode("utf-8")
        found = msgspec.convert(tomllib.loads(text), Manifest)
    except msgspec.ValidationError as error:
        raise bundle_error(f"{NAME}{_line(text, str(error))}: {error}", hint=_FIELDS) from error
    except (ValueError, RecursionError) as error:
        raise bundle_error(f"{NAME} is not TOML: {error}") from error
    if found.allow is None and found.deny is None:
        raise bundle_error(f"{NAME} names neither allow nor deny: nothing could be decided")
    patterns = sum(map(len, found.classes.values()))
    if len(found.classes) > MOST_CLASSES or patterns > MOST_PATTERNS:
        most = f"{MOST_CLASSES} classes and {MOST_PATTERNS} patterns"
        raise bundle_error(f"{NAME}: [classes] has more than {most}")
    return found


_FIELDS = "there are " + ", ".join(one.name for one in msgspec.structs.fields(Manifest))
_FIELD = re.compile(r"unknown field `([^`]*)`|\$\.(\w+)")


def _line(text: str, error: str) -> str:
    """The line of the field that `error` is about, as ``:3``, where it is found."""
    field = _FIELD.search(error)
    name = (field[1] or field[2]) if field else None
    if not name:
        return ""
    key = re.compile(rf"[ \t]*\[?[ \t\"']*{re.escape(name)}\b")
    lines = (number for number, line in enumerate(text.splitlines(), 1) if key.match(line))
    found = next(lines, None)
    return f":{found}" if found else ""
