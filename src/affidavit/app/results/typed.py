"""Attestations, deployments and incidents as the fields of facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.app.results.draft import LONGEST_NAMED, Named
from affidavit.app.results.each import read_each
from affidavit.app.results.said import Read
from affidavit.app.results.wanted import TIERS, time_typed
from affidavit.sources.results.intoto import LARGEST_ATTESTATIONS, read_statements
from affidavit.sources.results.slsa import public_type, read_build

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from affidavit.app.receipts.commits import Named as Resolved
    from affidavit.app.results.said import FileRead
    from affidavit.app.results.wanted import Deployed, Incident
    from affidavit.ledger.attested import Statement

MOST_ATTESTATIONS = 20
"""Statements that a fact tells of one by one."""
MOST_DIGESTS = 100
"""Digests of artifacts that a fact is about."""
_ALGORITHMS = ("sha256", "sha512", "sha384", "sha512_256", "sha3_256", "blake2b")
"""Of the digests of one thing the first of these is taken."""


def read_builds(paths: Sequence[Path], about: Resolved) -> Read:
    """What statements at `paths` attest, and whether they name that commit or its tree.

    Raises:
        AffidavitError: A file cannot be read, or holds no statement.
    """
    files, found = read_each(paths, "in-toto", read_statements, largest=LARGEST_ATTESTATIONS)
    every = [(file, one) for file, each in enumerate(found) for one in each.read]
    digests = list(dict.fromkeys(_digests(one for _, one in every)))
    body: dict[str, object] = {
        "attestations": [_attestation(*one, about) for one in every[:MOST_ATTESTATIONS]],
        "attestations_left": max(len(every) - MOST_ATTESTATIONS, 0),
        "digests_left": max(len(digests) - MOST_DIGESTS, 0),
        "unread": sum(len(one.unread) for one in found),
        "signatures_checked": False,
    }
    return Read("build.attested.v1", body, files, tuple(digests[:MOST_DIGESTS]))


def deployment(typed: Deployed, paths: Sequence[Path]) -> Read:
    """The fields of a deployment; the files at `paths` stand in it by their digests.

    Raises:
        AffidavitError: A file cannot be read, or what was typed cannot be used.
    """
    at = time_typed(typed.at)
    named = (typed.environment or "").strip().lower()
    tier = typed.tier or (named if named in TIERS else None)
    body: dict[str, object] = {
        "status": typed.status,
        **({} if tier is None else {"tier": tier}),
        **_named("environment", typed.environment),
        **({} if at is None else {"at": at}),
    }
    digests = tuple(dict.fromkeys(typed.artifacts))
    return Read("deployment.recorded.v1", body, _evidence(paths), digests, channel="typed")


def incident(typed: Incident, paths: Sequence[Path]) -> Read:
    """The fields of an incident; the files at `paths` stand in it by their digests.

    Raises:
        AffidavitError: A file cannot be read, or what was typed cannot be used.
    """
    at = time_typed(typed.at)
    plain = {"severity": typed.severity, "relation": typed.relation, "at": at}
    body: dict[str, object] = {
        "status": typed.status,
        **{name: value for name, value in plain.items() if value is not None},
        **_named("reference", typed.reference),
        **_named("title", typed.title),
    }
    return Read("incident.recorded.v1", body, _evidence(paths), channel="typed")


def _evidence(paths: Sequence[Path]) -> list[FileRead]:
    return read_each(paths, "evidence", lambda source: source.name)[0]


def _named(field: str, value: str | None) -> dict[str, object]:
    return {field: Named(field, value)} if value else {}


def _digests(statements: Iterator[Statement]) -> Iterator[str]:
    """A digest of each thing attested, but for commits, which the fact is about anyhow."""
    for statement in statements:
        for thing in statement.subjects:
            known = dict(thing.digests)
            name = next((one for one in _ALGORITHMS if one in known), None)
            if name is not None:
                yield f"{name}:{known[name]}"


def _attestation(file: int, statement: Statement, about: Resolved) -> dict[str, object]:
    build = read_build(statement)
    same = {"names_subject": bool(build.git & {about.commit, about.tree})} if build.git else {}
    return {
        "file": file,
        "line": statement.line,
        "form": statement.form,
        "signatures": statement.signatures,
        "statement": statement.digest,
        "subjects": len(statement.subjects),
        "materials": build.materials,
        **_type("predicate_type", statement.predicate_type),
        **_type("build_type", build.build_type),
        **_named("builder", build.builder[:LONGEST_NAMED]),
        **_named("invocation", build.invocation[:LONGEST_NAMED]),
        **({"finished": build.finished} if build.finished else {}),
        **({"result": build.result} if build.result else {}),
        **({"levels": list(build.levels)} if build.levels else {}),
        **({"policy": build.policy} if build.policy else {}),
        **({} if build.inputs is None else {"inputs": build.inputs}),
        **({"inputs_digest": build.inputs_digest} if build.inputs_digest else {}),
        **same,
    }


def _type(field: str, uri: str) -> dict[str, object]:
    """A type of a specification in clear, another as a commitment: a URI can name anybody."""
    if not uri or public_type(uri):
        return {field: uri} if uri else {}
    return {f"{field}_named": Named(field.replace("_", "-"), uri[:LONGEST_NAMED])}
