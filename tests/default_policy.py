"""The default bundle, asked in this process."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.policy.starting import default_files
from affidavit.policy.bundle import bundle_of
from affidavit.policy.deciding import decide
from affidavit.policy.regorus import Regorus
from policy_inputs import policy_input

if TYPE_CHECKING:
    from affidavit.policy.bundle import Bundle
    from affidavit.policy.input import PolicyInput
    from affidavit.policy.model import Decision


def bundle(**settings: object) -> Bundle:
    """The default bundle; `settings` stand in data.json instead of its own."""
    files = default_files()
    if not settings:
        return bundle_of(files)
    data = msgspec.json.decode(files["data.json"])
    assert set(settings) <= set(data["settings"])
    data["settings"].update(settings)
    return bundle_of({**files, "data.json": msgspec.json.encode(data)})


@lru_cache(maxsize=1)
def _usual() -> tuple[Regorus, Bundle]:
    found = bundle()
    return Regorus(found), found


def decision(asked: PolicyInput, **settings: object) -> Decision:
    """What the default bundle decides about `asked`."""
    engine, own = _usual() if not settings else (None, bundle(**settings))
    return decide(engine or Regorus(own), own, asked)


def told(changes: dict[str, object], **settings: object) -> list[str]:
    """Ids of the reasons about a change with `changes`, unknown ones with a ``?``; sorted."""
    found = decision(policy_input(**changes), **settings)
    assert found.error is None
    assert found.allowed is (not found.reasons)
    return sorted({f"{one.id}?" if one.unknown else one.id for one in found.reasons})
