"""A change record put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.text import shortened, visible
from affidavit.changes.record import evidence, people, work
from affidavit.changes.record.authority import authority
from affidavit.changes.record.model import ChangeRecord, Member
from affidavit.changes.record.owned import owners
from affidavit.changes.record.risk import risk_tier

if TYPE_CHECKING:
    from affidavit.changes.model import Landing
    from affidavit.changes.record.flags import Flags
    from affidavit.changes.record.material import Material


def change_record(material: Material, flags: Flags) -> ChangeRecord:
    """The record of the change that `material` is of."""
    landings = material.landings
    told = (one for landing in landings for one in landing.review.evidence)
    broken = (one for landing in landings for one in landing.exceptions)
    return ChangeRecord(
        id=material.oldest.change,
        repository=visible(shortened(material.repository, 300)),
        members=tuple(map(_member, landings)),
        grade=min(one.review.grade for one in landings),
        review=tuple(dict.fromkeys(map(visible, told))),
        exceptions=tuple(dict.fromkeys(broken)),
        ai=any(one.ai for one in landings),
        title=work.title(material),
        landed_at=work.landed_at(material),
        request=work.asked(material),
        component=work.component(material),
        size=work.size(material),
        authorship=work.authorship(material),
        agents=work.agents(material),
        prompting=people.prompting(material),
        authors=people.authors(material),
        reviewers=people.reviewers(material),
        approvers=people.approvers(material),
        authority=authority(material),
        owners=owners(material),
        checklist=work.checklist(material),
        checks=evidence.checks(material),
        results=evidence.results(material),
        merged_by=people.merged_by(material),
        merged_at=people.merged_at(material),
        deployments=evidence.deployments(material),
        release=evidence.release(material),
        work_items=work.work_items(material),
        reverts=work.reverts(material),
        critical_paths=work.critical_paths(material),
        risk_tier=risk_tier(material),
        flags=work.flags(material, flags),
        labels=work.labels(material),
        emergency=work.emergency(material),
    )


def _member(landing: Landing) -> Member:
    return Member(
        change=landing.change,
        commit=landing.commit,
        kind=landing.kind,
        branches=tuple(map(visible, landing.branches)),
    )
