"""Statements of in-toto for others to read: a test result, a verification result, a Source VSA.

Each is about a commit and its tree, as two subjects, and unsigned: whoever signs it says it. What
it says is given by the caller; what a specification forbids is refused, and nothing is derived.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec

from affidavit.base.canonical import canonical
from affidavit.base.errors import FormatError
from affidavit.ledger.statement import COMMIT, STATEMENT, TREE
from affidavit.provenance.records.documents import Counts, commit_of, time_of

if TYPE_CHECKING:
    from collections.abc import Iterable

TEST_RESULT = "https://in-toto.io/attestation/test-result/v0.1"
VERIFICATION_RESULT = "https://in-toto.io/attestation/svr/v0.2"
SUMMARY = "https://slsa.dev/verification_summary/v1"
SLSA_VERSION = "1.2"
"""The version of the specification whose Source Track a summary follows."""
LEVELS = tuple(f"SLSA_SOURCE_LEVEL_{number}" for number in range(5))
MOST = 10_000
"""Tests, properties, references of one statement."""

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]{1,2000}")
_DIGEST = re.compile(r"[0-9a-f]{1,128}")
_PROPERTY = re.compile(r"[A-Z][A-Z0-9_]{0,199}")
_OWN_PROPERTY = re.compile(r"ORG_SOURCE_[A-Z0-9_]{1,180}")
_REF = re.compile(r"refs/[!-~]{1,1000}")


class Revision(NamedTuple):
    """What a statement is about: `uri` is where a person finds it, `refs` are what led to it."""

    commit: str
    tree: str
    uri: str = ""
    refs: tuple[str, ...] = ()


class Reference(NamedTuple):
    """A policy, a configuration or an attestation, by its address, its SHA-256 or both."""

    uri: str = ""
    sha256: str = ""
    """64 digits of hex; empty where it is not known."""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A run of tests, of predicate test-result v0.1; `url` is where the run is shown."""

    result: Literal["PASSED", "WARNED", "FAILED"]
    configuration: tuple[Reference, ...]
    url: str = ""
    passed: tuple[str, ...] = ()
    warned: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """What a verifier found to hold, of predicate SVR v0.2: properties that passed, no others."""

    verifier: str
    time: str
    properties: tuple[str, ...]
    policies: tuple[Reference, ...] = ()


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """A source's verification: the highest level of the Source Track, and properties of its own.

    `level` is what the source control system is said to meet: it is not found out here.
    """

    verifier: str
    time: str
    repository: str
    policy: Reference
    result: Literal["PASSED", "FAILED"]
    level: str
    properties: tuple[str, ...] = ()
    inputs: tuple[Reference, ...] | None = None
    """Every attestation that was looked at, each with its digest; None where that is not told."""


def result_of_tests(about: Revision, run: Run) -> bytes:
    """The statement that these tests ended so.

    Raises:
        FormatError: Something in it cannot be said, or contradicts the rest of it.
    """
    _held(not run.failed or run.result == "FAILED", "tests failed, and the result is not FAILED")
    _held(
        not run.warned or run.result != "PASSED", "tests were warned of, and the result is PASSED"
    )
    _held(max(map(len, (run.passed, run.warned, run.failed))) <= MOST, f"more than {MOST:,} tests")
    predicate: dict[str, object] = {
        "result": run.result,
        "configuration": _references(run.configuration),
        "passedTests": list(run.passed),
        "warnedTests": list(run.warned),
        "failedTests": list(run.failed),
    }
    if run.url:
        predicate["url"] = _uri(run.url, "the address of the run")
    return _statement(about, TEST_RESULT, predicate)


def verification_result(about: Revision, found: Verified) -> bytes:
    """The statement that these properties were verified.

    Raises:
        FormatError: Something in it cannot be said.
    """
    predicate: dict[str, object] = {
        "verifier": {
            "id": _uri(found.verifier, "the verifier"),
            "policies": _references(found.policies),
        },
        "timeCreated": _time(found.time),
        "properties": _properties(found.properties, _PROPERTY),
    }
    return _statement(about, VERIFICATION_RESULT, predicate)


def source_summary(about: Revision, found: Summary) -> bytes:
    """The Source VSA that says so: ``verifiedLevels`` are the level and the own properties.

    Where the verification failed they are ``FAILED`` alone, as the predicate has it.

    Raises:
        FormatError: A level is none, a property does not begin with ``ORG_SOURCE_``, or something
            else in it cannot be said.
    """
    _held(found.level in LEVELS, "the level is none of the Source Track")
    _held(bool(found.policy.uri), "the policy has no address")
    own = _properties(found.properties, _OWN_PROPERTY)
    predicate: dict[str, object] = {
        "verifier": {"id": _uri(found.verifier, "the verifier")},
        "timeVerified": _time(found.time),
        "resourceUri": _uri(found.repository, "the repository"),
        "policy": _reference(found.policy),
        "verificationResult": found.result,
        "verifiedLevels": [found.level, *own] if found.result == "PASSED" else ["FAILED"],
        "slsaVersion": SLSA_VERSION,
    }
    if found.inputs is not None:
        _held(all(one.sha256 for one in found.inputs), "an input has no digest")
        predicate["inputAttestations"] = _references(found.inputs)
    return _statement(about, SUMMARY, predicate)


def _statement(about: Revision, kind: str, predicate: dict[str, object]) -> bytes:
    """The statement in canonical JSON. Refs point to commits, so the tree has none."""
    _held(
        commit_of(about.commit) == about.commit
        and commit_of(about.tree) == about.tree
        and len(about.commit) == len(about.tree),
        "commit and tree are not whole ids of one object format",
    )
    _held(all(map(_REF.fullmatch, about.refs)), "a ref is not fully qualified")
    commit: dict[str, object] = {"name": "commit", "digest": {COMMIT: about.commit}}
    if about.uri:
        commit["uri"] = _uri(about.uri, "the address of the commit")
    if about.refs:
        commit["annotations"] = {"sourceRefs": list(about.refs)}
    tree = {"name": "tree", "digest": {TREE: about.tree}}
    return canonical(
        {
            "_type": STATEMENT,
            "subject": [commit, tree],
            "predicateType": kind,
            "predicate": predicate,
        }
    )


def _held(held: bool, what: str) -> None:  # noqa: FBT001 - a condition
    if not held:
        raise FormatError(f"a statement cannot be written: {what}")


def _uri(told: str, what: str) -> str:
    _held(_URI.fullmatch(told) is not None, f"{what} is no URI")
    return told


def _time(told: str) -> str:
    _held(time_of(told, Counts()) is not None, "the time is none of RFC 3339")
    return told


def _properties(found: Iterable[str], form: re.Pattern[str]) -> list[str]:
    """The properties, each once, in order."""
    properties = sorted(set(found))
    _held(all(map(form.fullmatch, properties)), f"a property is not of the form {form.pattern}")
    return properties


def _references(found: tuple[Reference, ...]) -> list[dict[str, object]]:
    _held(len(found) <= MOST, f"more than {MOST:,} references")
    return [_reference(one) for one in found]


def _reference(one: Reference) -> dict[str, object]:
    _held(bool(one.uri or one.sha256), "a reference has neither address nor digest")
    _held(
        not one.sha256 or (len(one.sha256) == 64 and _DIGEST.fullmatch(one.sha256) is not None),
        "a digest is not 64 digits of hex",
    )
    return {
        **({"uri": _uri(one.uri, "a reference")} if one.uri else {}),
        **({"digest": {"sha256": one.sha256}} if one.sha256 else {}),
    }
