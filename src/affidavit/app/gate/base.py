"""What a change is judged by, read from the base it is to be merged into: never from its head."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.config import FILE_NAME, MAX_INSIDE, Config, config
from affidavit.app.gate.table import GateTable
from affidavit.app.gate.understood import odd, owners_of
from affidavit.app.identity.doubtful import strangers
from affidavit.app.records.owning import Owning
from affidavit.app.settings import MAILMAP, Settings, settings
from affidavit.base.errors import ConfigError
from affidavit.base.text import visible
from affidavit.changes.gate.touched import WORKFLOWS, Places
from affidavit.changes.record.material import CodeOwners
from affidavit.changes.record.owners import PLACES
from affidavit.controls.criteria import Criteria
from affidavit.identity.directory import Directory, directory
from affidavit.sources.git.tree import entries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.sources.git.objects import Objects

_LINK = b"120000"
_BESIDE = ("attestations/**", "attestation_roots.pem")
"""What lies beside the allowed signers and says whose hardware a key is in."""


class Base(msgspec.Struct, frozen=True, kw_only=True):
    """What the base says. `problems` are why something of it cannot be relied on.

    `where` is None where it declares nobody. `understood` is whether its configuration says what is
    asked for, `noticed` what of it does not do what it looks like.
    """

    commit: str
    table: GateTable
    criteria: Criteria
    settings: Settings
    where: Directory | None
    owners: CodeOwners
    places: Places
    problems: tuple[str, ...]
    understood: bool = True
    noticed: tuple[str, ...] = ()

    @property
    def checks(self) -> tuple[str, ...]:
        """The names of checks that have to succeed."""
        return self.table.checks or self.criteria.checks.names

    @property
    def names_owners(self) -> bool:
        """Whether it names code owners, or may: False is that surely nobody is named."""
        return bool(self.owners.why or (self.owners.rules and self.owners.rules.rules))


def base_of(objects: Objects, commit: str) -> Base:
    """What the base `commit` says.

    Of what cannot be understood nothing is used, and it stands among the `problems`.
    """
    problems = list[str]()
    read = _config(objects, commit, problems)
    found = read or Config()
    table = found.gate or GateTable()
    kept = (FILE_NAME, MAILMAP, table.policy, table.allowed_signers, table.revoked, table.signers)
    problems += [
        f"{visible(path)} is a symbolic link, or lies behind one" for path in (*kept, *PLACES)
        if is_linked(objects, commit, path)
    ]  # fmt: skip
    owners = owners_of(objects, Owning(objects, {commit: commit}).of(commit))
    problems += [owners.why] if owners.why else []
    problems += odd(objects, commit, table)
    return Base(
        commit=commit,
        table=table,
        criteria=found.controls or Criteria(),
        settings=settings(objects, commit, None, None, None),
        where=directory(found.tables) if found.person or found.agent or found.bot else None,
        owners=owners,
        places=places_of(table),
        problems=tuple(problems),
        understood=read is not None,
        noticed=(*_unset(objects, commit, read), *strangers(found.tables, table.teams)),
    )


def _unset(objects: Objects, commit: str, read: Config | None) -> Iterator[str]:
    """That the base is not set up, which who begins would not find out otherwise."""
    if read is None or read.gate is not None:
        return
    there = objects.blob_at(commit, FILE_NAME, MAX_INSIDE) is not None
    found = f"{FILE_NAME} of the base has no [gate]" if there else f"the base has no {FILE_NAME}"
    yield f"{found}: {_BEGIN}"


_BEGIN = "the gate is not set up there; run affidavit init, and merge into the base what it writes"


def _config(objects: Objects, commit: str, problems: list[str]) -> Config | None:
    """What it is configured to; None where that cannot be understood."""
    data = objects.blob_at(commit, FILE_NAME, MAX_INSIDE)
    if data is None:
        return Config()
    try:
        return config(data, FILE_NAME, most=MAX_INSIDE)
    except ConfigError as error:
        problems.append(f"{FILE_NAME} of the base cannot be understood: {visible(error.message)}")
        return None


def is_linked(objects: Objects, commit: str, path: str) -> bool:
    """Whether `path` in `commit`, or a folder on the way to it, is a symbolic link."""
    return any(mode == _LINK for mode in modes(objects, commit, path))


def modes(objects: Objects, commit: str, path: str) -> Iterator[bytes]:
    """The modes of what is on the way to `path` in `commit`, itself last, while it is there."""
    at = objects.tree_of(commit)
    for name in path.encode().split(b"/"):
        body = objects.one(at, kind="tree") if at else None
        several = entries(body or b"", objects.raw_length)
        found = next((one for one in several if one.name == name), None)
        if found is None:
            return
        yield found.mode
        at = found.id


_OWN = ("affidavit/**",)
"""What a pipeline that runs the gate is installed from, and set up by, lies there."""


def places_of(table: GateTable) -> Places:
    """Where what changes are judged by lies, as `table` says."""
    folder = PurePosixPath(table.allowed_signers).parent
    beside = (str(folder / one) for one in _BESIDE)
    signers = (table.allowed_signers, table.revoked, table.signers, *beside)
    return Places(
        of={
            "configuration": (FILE_NAME,),
            "identities": (FILE_NAME, MAILMAP, *PLACES),
            "policy": (f"{table.policy}/**",),
            "signers": signers,
            "workflow": WORKFLOWS,
        },
        rest=_OWN,
    )
