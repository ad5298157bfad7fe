"""What every fact about a result says beside the result: who, whereby, and from which files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from affidavit import __version__
from affidavit.app.ledger.kept import account
from affidavit.app.results.draft import Draft, Named
from affidavit.base.digest import sha256
from affidavit.ledger.entry import Subject
from affidavit.provenance.catalogue import load
from affidavit.provenance.naming import Names, slug
from affidavit.sources.results.context import GITHUB, context_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from affidavit.app.receipts.commits import Named as Resolved
    from affidavit.app.results.wanted import Wanted
    from affidavit.sources.results.context import Context


MOST_LISTED = 100
"""Files that a fact lists one by one."""


class FileRead(NamedTuple):
    """A file that was read: nobody keeps it here."""

    digest: str
    format: str
    size: int


class Read(NamedTuple):
    """What was read for a fact: the kind, the fields of its own, and digests of artifacts."""

    kind: str
    body: dict[str, object]
    files: Sequence[FileRead] = ()
    digests: tuple[str, ...] = ()
    channel: str = "file"


def drafted(read: Read, wanted: Wanted, about: Resolved) -> Draft:
    """The fact about `read` as somebody `wanted` it, about that commit and its tree.

    Raises:
        UsageError: The environment says that this runs in two systems at once.
    """
    context = context_of(os.environ)
    producer = _producer(wanted, context)
    body: dict[str, object] = {
        "channel": read.channel,
        "tool": f"affidavit {__version__}",
        **({"producer": producer} if producer else {}),
        **({"generator": wanted.generator} if wanted.generator else {}),
        **_independent(wanted.generator, producer),
        **({"context": _shown(context, about.commit)} if context else {}),
    }
    if read.files:
        body.update(_files(read.files))
    subject = Subject(commit=about.commit, tree=about.tree, digests=read.digests)
    return Draft(read.kind, account(), subject, {**body, **read.body})


def _files(files: Sequence[FileRead]) -> dict[str, object]:
    """The files as far as an entry has room for them; a digest is of all."""
    left = len(files) - MOST_LISTED
    every = "".join(f"{one.digest}\n" for one in files)
    return {
        "files": [one._asdict() for one in files[:MOST_LISTED]],
        **({"files_left": left, "files_digest": sha256(every.encode())} if left > 0 else {}),
    }


def _producer(wanted: Wanted, context: Context | None) -> dict[str, object] | None:
    """Who produced the result: whoever is named, else the system that the environment tells of."""
    if wanted.producer is not None:
        return {"name": wanted.producer, "source": "option"}
    return {"name": context.system, "source": "environment"} if context else None


def _independent(generator: str | None, producer: Mapping[str, object] | None) -> dict[str, object]:
    """Whether another than the generator of the change produced the result, where that is known."""
    if generator is None or producer is None:
        return {}
    names = Names(load())
    return {"independent": _agent(names, generator) != _agent(names, str(producer["name"]))}


def _agent(names: Names, name: str) -> str:
    """The same for every way to write an agent's name."""
    return names.product(name) or slug(name)


def _shown(context: Context, commit: str) -> dict[str, object]:
    named = {field: Named(field.replace("_", "-"), value) for field, value in context.named.items()}
    if "actor" in named:
        forge = "github" if context.system == GITHUB else "gitlab"
        person = f"{forge}:{context.named['actor']}"
        named["actor"] = named["actor"]._replace(person=person)
    stated = context.plain.get("commit")
    return {
        "source": "environment",
        "system": context.system,
        **context.plain,
        **({} if stated is None else {"same_commit": stated == commit}),
        **named,
        **({"odd": list(context.odd)} if context.odd else {}),
    }
