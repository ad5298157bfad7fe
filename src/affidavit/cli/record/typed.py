"""``affidavit record deploy`` and ``incident``: what is typed."""

from __future__ import annotations

import click

from affidavit.cli.record.options import AT, EVIDENCE, recording, run

DEPLOY = """Record a deployment of the commit; FILEs stand in the fact by their digests.

The name of an environment is kept as a salted commitment; its tier stands in clear.
"""
INCIDENT = """Record an incident that the commit has to do with.

Its id and title are kept as salted commitments. FILEs that show it stand in the fact by their
digests.
"""
_STATUSES = ("in-progress", "success", "failure", "rolled-back", "inactive")
_TIERS = ("production", "staging", "testing", "development", "other")
_ENDS = ("opened", "mitigated", "resolved")
_SEVERITIES = ("critical", "high", "medium", "low")
_RELATIONS = ("caused-by", "fixed-by")


@click.command(help=DEPLOY)
@EVIDENCE
@click.option("--status", required=True, type=click.Choice(_STATUSES), help="What became of it.")
@click.option("--tier", type=click.Choice(_TIERS), help="What it is for.")
@click.option("--environment", metavar="NAME", help="Where to.")
@click.option(
    "--artifact",
    "artifacts",
    multiple=True,
    metavar="DIGEST",
    help="What was deployed; repeatable.",
)
@AT
@recording
def deploy(  # noqa: PLR0913 -- click gives every option
    *,
    status: str,
    tier: str | None,
    environment: str | None,
    artifacts: tuple[str, ...],
    at: str | None,
    **given: object,
) -> None:
    """Record a deployment; DEPLOY is what a user is told."""
    from affidavit.app.results.typed import deployment  # noqa: PLC0415 -- help stays quick
    from affidavit.app.results.wanted import Deployed  # noqa: PLC0415

    typed = Deployed(status=status, tier=tier, environment=environment, artifacts=artifacts, at=at)
    typed.check()
    run(given, lambda options, _: deployment(typed, options.files))


@click.command(help=INCIDENT)
@EVIDENCE
@click.option("--status", required=True, type=click.Choice(_ENDS), help="How far it is.")
@click.option("--severity", type=click.Choice(_SEVERITIES), help="How grave it is.")
@click.option("--relation", type=click.Choice(_RELATIONS), help="How the commit is concerned.")
@click.option("--id", "reference", metavar="ID", help="What the tracker calls it.")
@click.option("--title", metavar="TEXT", help="What it is about.")
@AT
@recording
def incident(  # noqa: PLR0913 -- click gives every option
    *,
    status: str,
    severity: str | None,
    relation: str | None,
    reference: str | None,
    title: str | None,
    at: str | None,
    **given: object,
) -> None:
    """Record an incident; INCIDENT is what a user is told."""
    from affidavit.app.results.typed import incident as read  # noqa: PLC0415 -- help stays quick
    from affidavit.app.results.wanted import Incident  # noqa: PLC0415

    typed = Incident(
        status=status,
        severity=severity,
        relation=relation,
        reference=reference,
        title=title,
        at=at,
    )
    typed.check()
    run(given, lambda options, _: read(typed, options.files))
