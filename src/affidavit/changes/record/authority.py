"""Who of those that approved had a role then, by the version of the identities in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.changes.record.lacking import missing, nothing
from affidavit.changes.record.material import Held
from affidavit.changes.record.model import Authority
from affidavit.changes.record.people import forge_review
from affidavit.changes.record.value import Listed, recorded

if TYPE_CHECKING:
    from affidavit.changes.forge.approvals import Approval
    from affidavit.changes.record.material import Material

CHANGE_AUTHORITY = "change-authority"
NO_ROLES = "no version of the identities in force then gives roles"


def authority(material: Material) -> Listed[Authority]:
    """The persons whose approval counts and who had the authority over changes when they gave it.

    An empty list with a reason is unknown, one without says that none of them had it.
    """
    request, review = material.request, forge_review(material)
    if request is None or review is None:
        return nothing(material)
    counting = [(one, _held(material, one)) for one in review.approvals if one.counts]
    unsure = any(held.roles is None for _, held in counting)
    return Listed(
        items=tuple(
            recorded(_authority(one, held), request.source)
            for one, held in counting
            if CHANGE_AUTHORITY in (held.roles or ())
        ),
        why=missing(material, "reviews") or (NO_ROLES if unsure else None),
        source=request.source,
    )


def _held(material: Material, approval: Approval) -> Held:
    return material.roles.get((approval.reviewer, approval.submitted_at or ""), Held())


def _authority(approval: Approval, held: Held) -> Authority:
    return Authority(
        account=approval.reviewer, approved_at=approval.submitted_at, version=held.version
    )
