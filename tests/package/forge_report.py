"""A report with a forge's records: landings that nobody approved, and deployments of no change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from reports import a_digest, a_landing, a_report, an_id

from affidavit.audit.forge import (
    ForgeDeployment,
    ForgeDeployments,
    ForgeSection,
    ForgeSource,
    Held,
)
from affidavit.audit.metrics import metrics
from affidavit.audit.model import AuditException
from affidavit.changes.chain import By
from affidavit.changes.model import Counted, Grade, Proof, PullRequest, Review

if TYPE_CHECKING:
    from affidavit.audit.model import Report
    from affidavit.changes.model import Landing

REQUEST = PullRequest(
    forge="github", number="7", proof=Proof.RECORDED, form="forge-record", corroborated_by=None
)


def a_request(number: int, **fields: object) -> Landing:
    """A landing of R1 that is of a request."""
    landing = a_landing(
        number, pull_request=REQUEST, review=Review(grade=Grade.R1, self_merged=None)
    )
    return msgspec.structs.replace(landing, **fields)


LACKING = a_request(0, exceptions=("unapproved",))
OPEN = a_request(1, counted=Counted(at="2026-03-20T10:00:00Z", by=By.REQUEST))
PUSHED = msgspec.structs.replace(
    a_landing(2), counted=Counted(at="2026-03-21T10:00:00Z", by=By.PUSH)
)


def a_deployment(number: int = 1, **fields: object) -> ForgeDeployment:
    """A deployment of what no audited branch holds."""
    usual = ForgeDeployment(
        id=number,
        environment="production",
        production=True,
        ref="hotfix",
        commit=an_id(f"deployed {number}"),
        at="2026-03-14T10:00:00Z",
        state="success",
        held=Held.NO,
    )
    return msgspec.structs.replace(usual, **fields)


def a_source(**fields: object) -> ForgeSource:
    """Records in which one request of three has no landing, and one deployment of four no change.

    Of a fourth deployment nothing is known.
    """
    rows = (a_deployment(), a_deployment(2, held=Held.UNKNOWN, environment=None, state=None))
    usual = ForgeSource(
        forge="github",
        host="github.com",
        repository="example/orchard",
        digest=a_digest("export"),
        sections=(
            ForgeSection(name="deployments", at=None, since=None),
            ForgeSection(name="pull_requests", at="2026-11-21T10:00:00Z", since=None),
        ),
        unknowns=(),
        merged=3,
        landed=2,
        unlanded=(19,),
        requested=2,
        outside=1,
        deployments=ForgeDeployments(made=4, held=2, unmerged=1, unknown=1, rows=rows),
    )
    return msgspec.structs.replace(usual, **fields)


def a_forge_report(**fields: object) -> Report:
    """The report of both, with exceptions; `fields` are those of `a_source`."""
    landings = (PUSHED, OPEN, LACKING)
    deployed = a_deployment()
    exceptions = (
        AuditException(id="deployment-without-change", commit=deployed.commit, reason="deployed"),
        AuditException(id="unapproved", commit=LACKING.commit, reason="a change"),
    )
    report = a_report(landings, metrics=metrics(landings, forge=True), exceptions=exceptions)
    return msgspec.structs.replace(report, forge=a_source(**fields))
