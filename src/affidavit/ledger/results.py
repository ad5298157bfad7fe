"""Schemas of facts about results: tests, coverage, scans, builds, deployments and incidents.

What each field means, and who says it, is in docs/formats/results.md.
"""

from __future__ import annotations

import msgspec

from affidavit.ledger.fields import Commitment, Digest, Size, Text


class File(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was handed in; nobody keeps it here."""

    digest: Digest
    format: Text
    size: Size


class Producer(msgspec.Struct, frozen=True, kw_only=True):
    """Who produced the result, as `source` says it: ``option`` or ``environment``."""

    name: Text
    source: Text


class RunContext(msgspec.Struct, frozen=True, kw_only=True):
    """The run of CI, as the environment tells of it."""

    source: Text
    system: Text
    run: Text | None = None
    attempt: Text | None = None
    job: Text | None = None
    event: Text | None = None
    commit: Text | None = None
    same_commit: bool | None = None
    runner: Text | None = None
    request: Text | None = None
    repository: Commitment | None = None
    job_name: Commitment | None = None
    actor: Commitment | None = None
    ref: Commitment | None = None
    workflow: Commitment | None = None
    odd: tuple[Text, ...] = ()


class Reported(msgspec.Struct, frozen=True, kw_only=True):
    """What every fact here has. `independent` is absent where it is not known."""

    channel: Text
    tool: Text
    producer: Producer | None = None
    generator: Text | None = None
    independent: bool | None = None
    context: RunContext | None = None
    files: tuple[File, ...] = ()
    files_left: Size = 0
    files_digest: Digest | None = None
    withheld: tuple[Text, ...] = ()


class Differing(msgspec.Struct, frozen=True, kw_only=True):
    """A total that a file states, and what was counted in it. `file` is its place in `files`."""

    file: Size
    line: Size
    attribute: Text
    claimed: Size
    counted: Size


class TestCases(msgspec.Struct, frozen=True, kw_only=True):
    """Cases by what became of them, counted one by one."""

    total: Size
    passed: Size
    failures: Size
    errors: Size
    skipped: Size
    not_run: Size
    flaky: Size
    outside: Size


class TestReported(Reported, frozen=True, kw_only=True):
    """Tests ran, as a report says."""

    result: Text
    suites: Size
    cases: TestCases
    differing: Size
    differences: tuple[Differing, ...] = ()


class CoverageReported(Reported, frozen=True, kw_only=True):
    """How much of the code ran in tests, as a report says."""

    code_files: Size
    lines: Size
    lines_covered: Size
    branches: Size
    branches_covered: Size
    differing: Size
    differences: tuple[Differing, ...] = ()


class ScanTool(msgspec.Struct, frozen=True, kw_only=True):
    """A scanner or a pack of rules; a name that could be anything is a commitment."""

    role: Text
    rules: Size
    name: Text | None = None
    named: Commitment | None = None
    version: Text | None = None
    digest: Digest | None = None


class RuleFindings(msgspec.Struct, frozen=True, kw_only=True):
    """How many open findings a rule has."""

    rule: Text
    open: Size


class ScanReported(Reported, frozen=True, kw_only=True):
    """A scanner looked, as its report says."""

    result: Text
    runs: Size
    tools: tuple[ScanTool, ...]
    open: Size
    levels: dict[Text, Size]
    severities: dict[Text, Size]
    kinds: dict[Text, Size]
    suppressed: dict[Text, Size]
    baseline: dict[Text, Size]
    errors: Size
    rules: tuple[RuleFindings, ...]
    rules_left: Size
    rules_digest: Digest


class Attestation(msgspec.Struct, frozen=True, kw_only=True):
    """A statement that was handed in. Nobody checked its signatures.

    Of a verification summary, `policy` is what it was held to, and `inputs` how many attestations
    were; `inputs_digest` is of their digests. Facts of earlier versions have none of these.
    """

    file: Size
    line: Size
    form: Text
    signatures: Size
    statement: Digest
    subjects: Size
    materials: Size
    predicate_type: Text | None = None
    predicate_type_named: Commitment | None = None
    build_type: Text | None = None
    build_type_named: Commitment | None = None
    builder: Commitment | None = None
    invocation: Commitment | None = None
    finished: Text | None = None
    result: Text | None = None
    levels: tuple[Text, ...] = ()
    policy: Digest | None = None
    inputs: Size | None = None
    inputs_digest: Digest | None = None
    names_subject: bool | None = None


class BuildAttested(Reported, frozen=True, kw_only=True):
    """Somebody attests how something was built, or what was verified of it."""

    attestations: tuple[Attestation, ...]
    attestations_left: Size
    digests_left: Size
    unread: Size
    signatures_checked: bool


class DeploymentRecorded(Reported, frozen=True, kw_only=True):
    """Something was brought to where it runs; the digests of what are the subject's."""

    status: Text
    tier: Text | None = None
    environment: Commitment | None = None
    at: Text | None = None


class IncidentRecorded(Reported, frozen=True, kw_only=True):
    """Something went wrong, and how the commit is concerned."""

    status: Text
    severity: Text | None = None
    relation: Text | None = None
    reference: Commitment | None = None
    title: Commitment | None = None
    at: Text | None = None


RESULTS: dict[str, type[msgspec.Struct]] = {
    "test.reported.v1": TestReported,
    "coverage.reported.v1": CoverageReported,
    "scan.reported.v1": ScanReported,
    "build.attested.v1": BuildAttested,
    "deployment.recorded.v1": DeploymentRecorded,
    "incident.recorded.v1": IncidentRecorded,
}
