"""The policy that decides: the base's, unless whoever runs the gate gives another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.gate.base import is_linked, modes
from affidavit.app.policy.deciding import lifted, unwaived
from affidavit.app.policy.opening import files_at, files_in
from affidavit.app.policy.running import engine
from affidavit.base.errors import PolicyError
from affidavit.base.text import shortened, visible
from affidavit.policy.bundle import Bundle, bundle_of
from affidavit.policy.deciding import decide
from affidavit.policy.model import Decision
from affidavit.sources.git.tree import FOLDER

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.app.gate.base import Base
    from affidavit.policy.input import PolicyInput
    from affidavit.sources.git.objects import Objects


class Policing(msgspec.Struct, frozen=True, kw_only=True):
    """The bundle with its `files`, or why there is none: `why`.

    `broken` is whether there is one that is no use, `given` whether the caller gave it.
    """

    bundle: Bundle | None
    files: Mapping[str, bytes] = {}
    why: str = ""
    broken: bool = False
    given: bool = False


def policing(objects: Objects, base: Base, given: Path | None) -> Policing:
    """The policy at `given`, else the one of the base."""
    folder = base.table.policy
    if given is None and is_linked(objects, base.commit, folder):
        why = f"{visible(folder)} of the base is a symbolic link"
        return Policing(bundle=None, why=why, broken=True)
    if given is None and not _is_folder(objects, base.commit, folder):
        return Policing(bundle=None, why=f"the base has no folder {visible(folder)}")
    try:
        files = files_at(given) if given else files_in(objects, base.commit, folder)
        found = bundle_of(files)
    except PolicyError as error:
        why = visible(shortened(error.message, 500))
        return Policing(bundle=None, why=why, broken=True, given=given is not None)
    return Policing(bundle=found, files=files, given=given is not None)


def _is_folder(objects: Objects, commit: str, path: str) -> bool:
    found = list(modes(objects, commit, path))
    return len(found) == path.count("/") + 1 and found[-1] == FOLDER


def decided(policy: Policing, input_: PolicyInput) -> Decision | None:
    """What the policy decides; None where there is no policy.

    One that cannot be used, or that fails, decides too: it does not allow.
    """
    if policy.bundle is None:
        return _broken(policy.why) if policy.broken else None
    try:
        # Also the base's own may loop: in a process of its own it is ended, and that denies.
        return decide(engine(policy.bundle, trusted=False), policy.bundle, input_)
    except PolicyError as error:
        return _broken(visible(shortened(error.message, 500)), policy.bundle.digest)


def waived(
    policy: Policing, input_: PolicyInput, decision: Decision | None
) -> tuple[str, ...] | None:
    """The rules that deny without the waivers and do not with them; None is not known."""
    if decision is None or not input_.waivers:
        return ()
    return lifted(decision, decided(policy, unwaived(input_)))


def _broken(why: str, bundle: str = "") -> Decision:
    return Decision(allowed=False, reasons=(), bundle=bundle, input="", engine="", error=why)
