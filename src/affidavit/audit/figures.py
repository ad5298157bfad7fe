"""All tables and counts of a report that are made from its landings alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.audit import tables
from affidavit.audit.metrics import metrics
from affidavit.audit.model import AgentRow, CriticalRow, DirectoryRow, Metric, MonthRow, PersonRow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from affidavit.changes.model import Landing


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """The report's fields of the same names."""

    metrics: dict[str, Metric]
    agents: tuple[AgentRow, ...]
    people: tuple[PersonRow, ...]
    months: tuple[MonthRow, ...]
    directories: tuple[DirectoryRow, ...]
    critical: tuple[CriticalRow, ...]


def figures(
    landings: Sequence[Landing],
    touched: Mapping[str, Sequence[str]],
    critical: Sequence[str],
    *,
    forge: bool = False,
) -> Figures:
    """The figures of `landings`; `touched` is by commit id, `critical` the paths' patterns.

    `forge` is whether a forge's records were read.
    """
    sworn = any(not isinstance(one.sworn, msgspec.UnsetType) for one in landings)
    return Figures(
        metrics=metrics(landings, forge=forge, sworn=sworn),
        agents=tables.agents(landings),
        people=tables.people(landings),
        months=tables.months(landings),
        directories=tables.directories(touched, landings),
        critical=tables.critical(critical, landings),
    )
