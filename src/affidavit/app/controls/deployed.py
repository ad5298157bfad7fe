"""The deployments to production, each with the change that it brought."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.controls.cc8.shipped import Traced, is_production

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from affidavit.app.controls.roles import Roles
    from affidavit.app.records.export import Records
    from affidavit.controls.criteria import Criteria


def deployed(
    records: Records | None,
    criteria: Criteria,
    roles: Roles,
    *,
    changes: Mapping[str, str],
    landed: Mapping[str, bool | None],
) -> Iterator[Traced]:
    """Every deployment to production.

    `changes` are the ids of the changes by landing; `landed` tells of commits whether they are
    landings of an audited branch.
    """
    for one in records.deployments() if records else ():
        made = one.data
        if is_production(made, criteria):
            maker = roles.maker(made.creator, made.created_at)
            yield Traced(
                deployment=one,
                change=changes.get(made.commit),
                landed=landed.get(made.commit, False),
                agent=maker.agent,
                doubt=maker.doubt,
            )
