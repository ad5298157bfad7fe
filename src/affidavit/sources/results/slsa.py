"""What a statement says of a build, of a source, or of the verification of either.

The predicates of SLSA provenance v0.2 and v1 are known, as are verification summaries, results of
tests of in-toto, and what SLSA's source-tool and gittuf say of commits. Of any other a statement's
subjects alone are read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from affidavit.base.digest import sha256
from affidavit.ledger.attested import Thing, digests

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from affidavit.ledger.attested import Statement

SLSA_02 = "https://slsa.dev/provenance/v0.2"
SLSA_1 = "https://slsa.dev/provenance/v1"
SUMMARIES = tuple(f"https://slsa.dev/verification_summary/{one}" for one in ("v0.1", "v0.2", "v1"))
TEST_RESULT = "https://in-toto.io/attestation/test-result/v0.1"
MOST_LEVELS = 10
_PUBLIC = re.compile(
    r"https://(?:slsa\.dev|in-toto\.io|gittuf\.dev|actions\.github\.io|spdx\.dev|cyclonedx\.org"
    r"|github\.com/(?:slsa-framework|in-toto|actions|gittuf))/[A-Za-z0-9@._/-]{1,160}"
)
"""Types that a specification gives, and no company or person."""
_GIT_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LEVEL = re.compile(r"[A-Z][A-Z0-9_]{0,47}")
_RESULTS = frozenset({"PASSED", "FAILED", "WARNED"})
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?Z")


class _Decided(TypedDict, total=False):
    policy: str
    inputs: int
    inputs_digest: str


class Build(NamedTuple):
    """What a predicate says, and which commits and trees the statement names anywhere.

    `builder`, `build_type` and `invocation` are URIs as typed; empty where nothing is said. Of a
    verification summary, `policy` is the SHA-256 of what it was held to, `inputs` how many
    attestations went in (None where it does not say), and `inputs_digest` that of theirs, each with
    a line feed, in the order of the statement; empty where one of them has none.
    """

    builder: str
    build_type: str
    invocation: str
    finished: str
    materials: int
    result: str
    levels: tuple[str, ...]
    git: frozenset[str]
    policy: str = ""
    inputs: int | None = None
    inputs_digest: str = ""


def public_type(uri: str) -> bool:
    """Whether `uri` is a type of a specification, in which nobody is named."""
    return _PUBLIC.fullmatch(uri) is not None


def read_build(statement: Statement) -> Build:
    """What `statement` says; of a predicate that is not known, its subjects alone."""
    predicate, kind = statement.predicate, statement.predicate_type
    materials = tuple(_materials(kind, predicate))
    is_summary = kind in SUMMARIES
    levels = _list(predicate, "verifiedLevels") if is_summary else []
    result = _text(predicate, "verificationResult" if is_summary else "result")
    return Build(
        builder=_text(_builder(kind, predicate), "id"),
        build_type=_text(_definition(kind, predicate), "buildType"),
        invocation=_invocation(kind, predicate),
        finished=_finished(kind, predicate),
        materials=len(materials),
        result=result if result in _RESULTS and (is_summary or kind == TEST_RESULT) else "",
        levels=tuple(_levels(levels))[:MOST_LEVELS],
        git=frozenset(_git((*statement.subjects, *materials))),
        **(_decided(predicate) if is_summary else {}),
    )


def _decided(predicate: dict[str, object]) -> _Decided:
    """What a verification summary says of the policy and of what was held to it."""
    policy = _sha256(_object(predicate, "policy"))
    given = predicate.get("inputAttestations")
    if not isinstance(given, list):
        return {"policy": policy}
    found = [_sha256(one) if isinstance(one, dict) else "" for one in given]
    whole = "".join(f"{one}\n" for one in found).encode()
    told = sha256(whole) if found and all(found) else ""
    return {"policy": policy, "inputs": len(found), "inputs_digest": told}


def _sha256(thing: dict[str, object]) -> str:
    found = _text(_object(thing, "digest"), "sha256").lower()
    return f"sha256:{found}" if _SHA256.fullmatch(found) else ""


def _levels(found: Iterable[object]) -> Iterator[str]:
    return (one for one in found if isinstance(one, str) and _LEVEL.fullmatch(one))


def _builder(kind: str, predicate: dict[str, object]) -> dict[str, object]:
    if kind in SUMMARIES:
        return _object(predicate, "verifier")
    return _object(_object(predicate, "runDetails") if kind == SLSA_1 else predicate, "builder")


def _definition(kind: str, predicate: dict[str, object]) -> dict[str, object]:
    return _object(predicate, "buildDefinition") if kind == SLSA_1 else predicate


def _metadata(kind: str, predicate: dict[str, object]) -> dict[str, object]:
    return _object(_object(predicate, "runDetails") if kind == SLSA_1 else predicate, "metadata")


def _invocation(kind: str, predicate: dict[str, object]) -> str:
    name = "invocationId" if kind == SLSA_1 else "buildInvocationId"
    return _text(_metadata(kind, predicate), name)


def _finished(kind: str, predicate: dict[str, object]) -> str:
    name = "finishedOn" if kind == SLSA_1 else "buildFinishedOn"
    found = _text(_metadata(kind, predicate), name)
    return found if _TIME.fullmatch(found) else ""


def _materials(kind: str, predicate: dict[str, object]) -> Iterator[Thing]:
    """What went into a build, each with its digests."""
    found: list[object] = []
    if kind == SLSA_1:
        found = _list(_object(predicate, "buildDefinition"), "resolvedDependencies")
    elif kind == SLSA_02:
        source = _object(_object(predicate, "invocation"), "configSource")
        found = [*_list(predicate, "materials"), source]
    for one in found:
        if isinstance(one, dict):
            given = _object(one, "digest").items()
            found_digests = {name: text for name, text in given if isinstance(text, str)}
            yield Thing(_text(one, "uri"), digests(found_digests))


def _git(things: Iterable[Thing]) -> Iterator[str]:
    """The commits and trees among `things`; a bare SHA-1 is one where its URI is git's."""
    for one in things:
        for name, digest in one.digests:
            is_git = name in {"gitCommit", "gitTree"} or (
                name == "sha1" and one.uri.startswith("git+")
            )
            if is_git and _GIT_ID.fullmatch(digest):
                yield digest


def _object(value: dict[str, object], name: str) -> dict[str, object]:
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def _list(value: dict[str, object], name: str) -> list[object]:
    found = value.get(name)
    return found if isinstance(found, list) else []


def _text(value: dict[str, object], name: str) -> str:
    found = value.get(name)
    return found if isinstance(found, str) else ""
