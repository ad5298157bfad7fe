"""What is said where the forge has no request of a change, or was not asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from affidavit.changes.forge.approvals import Answer
from affidavit.changes.record.value import Listed, Stated, Strength, unknown

if TYPE_CHECKING:
    from affidavit.changes.record.material import Material

T = TypeVar("T")
NO_FORGE = "no records of a forge were given"
_REQUESTS = "pull_requests"


def no_request(material: Material) -> str | None:
    """Why the request is unknown; None where the forge knows that there was none.

    For a change without a request in the forge's records.
    """
    if material.forge is None:
        return NO_FORGE
    if material.is_outside:
        return None
    absent = material.forge.absent.get(_REQUESTS)
    why = absent or "it landed outside of the time that they cover"
    return f"the forge's records have no request that became it: {why}"


def nothing(material: Material) -> Listed[T]:
    """A list that only a request could fill."""
    why = no_request(material)
    export = material.forge.export if material.forge else None
    return Listed(why=why, source=export if why is None else None)


def no_value(material: Material) -> Stated[T]:
    """A value that only a request could have."""
    why = no_request(material)
    if why is not None or material.forge is None:
        return unknown(why or NO_FORGE)
    return Stated(value=None, strength=Strength.RECORDED, source=material.forge.export)


def missing(material: Material, *what: str) -> str | None:
    """What of the request the forge did not tell, of the fields `what`; None where it told all."""
    request = material.request
    lost = [one for one in request.data.missing if one.what in what] if request else []
    if not lost:
        return None
    return "the forge did not tell all: " + ", ".join(
        f"{one.what} ({one.reason}{f', needs {one.needs}' if one.needs else ''})" for one in lost
    )


def earlier(one: str | None, other: str | None) -> Answer:
    """Whether a time is before another; within one second nobody can tell."""
    if one is None or other is None or one == other:
        return Answer.UNKNOWN
    return Answer.YES if one < other else Answer.NO
