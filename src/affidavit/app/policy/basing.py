"""The bundle that a base has: in the folder that its own configuration names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.app.config import FILE_NAME, MAX_INSIDE, config
from affidavit.app.gate.table import GateTable
from affidavit.app.policy.opening import bundle_in
from affidavit.base.errors import ConfigError, PolicyError

if TYPE_CHECKING:
    from affidavit.app.policy.replaying import Find
    from affidavit.policy.bundle import Bundle
    from affidavit.policy.input import PolicyInput
    from affidavit.sources.git.objects import Objects


def policies(objects: Objects) -> Find:
    """What finds the bundle of a decision in the commit that was its base.

    A bundle of facts has no room for a bundle of policy, but its base has it.
    """

    def find(asked: PolicyInput) -> Bundle | None:
        base = asked.change.base
        try:
            return bundle_in(objects, base, _folder(objects, base))
        except PolicyError:
            return None

    return find


def _folder(objects: Objects, base: str) -> str:
    """Where the gate looks for a policy in `base`; of a file that makes no sense nothing counts."""
    data = objects.blob_at(base, FILE_NAME, MAX_INSIDE)
    try:
        found = None if data is None else config(data, FILE_NAME, most=MAX_INSIDE).gate
    except ConfigError:
        found = None
    return (found or GateTable()).policy
