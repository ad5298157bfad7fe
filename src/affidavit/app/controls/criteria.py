"""The criteria of an engagement, and where they were read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.config import FILE_NAME, MAX_INSIDE, config, read
from affidavit.base.digest import sha256
from affidavit.base.errors import ConfigError
from affidavit.controls.catalogue import IDS
from affidavit.controls.criteria import Criteria

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.sources.git.objects import Objects


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """Criteria with the file that they stand in.

    `by` is ``whoever ran the test``, ``the repository itself`` or ``nobody: the defaults``; `file`
    and `digest` are None for the defaults.
    """

    criteria: Criteria
    by: str
    file: str | None = None
    digest: str | None = None


_DEFAULTS = Given(criteria=Criteria(), by="nobody: the defaults")


def criteria(objects: Objects, head: str, outside: Path | None, *, needed: bool) -> Given:
    """The criteria of the file `outside`, else of the file in the repository at `head`.

    `needed` is whether a file outside has to have some.

    Raises:
        ConfigError: They cannot be understood, or name a test that there is none of.
        UnreadableError: The file cannot be read.
    """
    if outside is not None:
        given = _given(read(outside), outside.name, "whoever ran the test")
        if needed and given.file is None:
            raise ConfigError(f"{outside.name} has no table [controls]")
        return given
    data = objects.blob_at(head, FILE_NAME, MAX_INSIDE)
    return _DEFAULTS if data is None else _given(data, FILE_NAME, "the repository itself")


def _given(data: bytes, name: str, by: str) -> Given:
    found = config(data, name).controls
    if found is None:
        return _DEFAULTS
    odd = [one for one in found.scope or () if one not in IDS]
    if odd:
        raise ConfigError(f"{name}: controls.scope: there is no test {odd[0][:100]!a}")
    return Given(criteria=found, by=by, file=name, digest=sha256(data))
