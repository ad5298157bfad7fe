"""What a forge's records hold about a released commit: checks, deployments, the release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.app.release.ends import told
from affidavit.changes.record.evidence import deployed, ran_on
from affidavit.changes.record.lacking import NO_FORGE
from affidavit.changes.record.material import Ran
from affidavit.changes.record.model import Check, Deployed, Shipped
from affidavit.changes.record.value import Listed, Stated, Strength, recorded, unknown

if TYPE_CHECKING:
    from affidavit.app.records.export import Records
    from affidavit.audit.release.model import Point

ON = "release"
"""What a check is on."""


def checks(records: Records | None, head: Point) -> Listed[Check]:
    """Every run and status on the released commit."""
    if records is None:
        return Listed(why=NO_FORGE)
    kept = records.checks(head.commit)
    absent = records.absent.get("checks")
    if kept is None:
        return Listed(why=absent or "the forge's records hold no checks of the released commit")
    lost = dict.fromkeys(f"{one.what} ({one.reason})" for one in kept.data.missing)
    untold = f"the forge did not tell all: {', '.join(lost)}" if lost else None
    return Listed(
        items=tuple(recorded(one, kept.source) for one in ran_on(kept.data, ON, None)),
        why=absent or untold,
        source=kept.source,
    )


def deployments(records: Records | None, head: Point) -> Listed[Deployed]:
    """Every deployment of the released commit itself."""
    if records is None:
        return Listed(why=NO_FORGE)
    made = [one for one in records.deployments() if one.data.commit == head.commit]
    return Listed(
        items=tuple(
            recorded(deployed(Ran(deployment=one, exact=True)), one.source) for one in made
        ),
        why=records.absent.get("deployments"),
        source=records.source,
    )


def published(records: Records | None, head: Point) -> Stated[Shipped]:
    """The forge's release of one of the tags that name the released commit."""
    if records is None:
        return unknown(NO_FORGE)
    found = {told(tag): one for tag, one in records.releases().items()}
    tag = next((one for one in head.tags if one in found), None)
    if tag is not None:
        shipped = Shipped(tag=tag, commit=head.commit, published_at=found[tag].data.published_at)
        return recorded(shipped, found[tag].source)
    absent = records.absent.get("releases")
    if absent is not None:
        return unknown(absent)
    return Stated(value=None, strength=Strength.RECORDED, source=records.source)
