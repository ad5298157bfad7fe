"""``[gate]`` of a configuration: what a change is judged by before it is merged."""

from __future__ import annotations

from typing import Annotated

import msgspec

from affidavit.changes.gate.model import OPTIONAL

_File = Annotated[
    str,
    msgspec.Meta(max_length=200, pattern=r"^(?!/)(?!.*(?:^|/)\.{1,2}(?:/|$))[^\x00-\x1f\\]+[^/]$"),
]
"""A path inside the repository, without ``..`` and with no slash at an end."""
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
_Names = Annotated[tuple[_Name, ...], msgspec.Meta(max_length=100)]
_Teams = Annotated[dict[_Name, _Names], msgspec.Meta(max_length=100)]


class GateTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The table. It counts as the base of a change has it, never as the change leaves it.

    `threshold` is the score that is asked for, None where none is. `checks` are names of checks
    that have to succeed on the head, besides those that the branch's rules require;
    `checks_complete` says that they are all of them, also where those rules cannot be read. `teams`
    are persons by the team they are in: names, addresses or accounts of identities.
    """

    policy: _File = "affidavit/policy"
    allowed_signers: _File = "affidavit/allowed_signers"
    revoked: _File = "affidavit/revoked_signers.toml"
    signers: _File = "affidavit/signers.toml"
    require: _Names | None = None
    threshold: Annotated[int, msgspec.Meta(ge=0, le=100)] | None = None
    checks: _Names = ()
    checks_complete: bool = False
    emergency_label: _Name = "emergency"
    user_verification: bool = False
    teams: _Teams = {}

    def __post_init__(self) -> None:
        """Refuse a requirement that there is not.

        Raises:
            ValueError: One is unknown.
        """
        known = {*OPTIONAL}
        for name in self.require or ():
            if name not in known:
                raise ValueError(f"require has {name[:40]!a}: there are {', '.join(OPTIONAL)}")
