"""Two bundles asked about the same inputs: where they decide otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.app.policy.engines import apart, engines
from affidavit.policy.answers import Comparison, Difference
from affidavit.policy.deciding import decide

if TYPE_CHECKING:
    from collections.abc import Iterable

    from affidavit.policy.bundle import Bundle
    from affidavit.policy.input import PolicyInput
    from affidavit.policy.model import Decision


def compared(
    before: Bundle,
    after: Bundle,
    inputs: Iterable[tuple[str, PolicyInput]],
    *,
    opa: str | None = None,
) -> Comparison:
    """Where `before` and `after` decide otherwise about named `inputs`.

    With `opa` the server of OPA at that address, which has `after`, answers for it.

    Raises:
        PolicyError: A bundle cannot be loaded, or the server says that it has another.
    """
    count, found = 0, list[Difference]()
    with engines(opa) as of:
        first, second = apart(before), of(after)
        for count, (name, one) in enumerate(inputs, 1):  # noqa: B007 -- told afterwards
            both = Difference(
                name=name, before=decide(first, before, one), after=decide(second, after, one)
            )
            if gist(both.before) != gist(both.after):
                found.append(both)
    return Comparison(
        before=before.digest, after=after.digest, inputs=count, differences=tuple(found)
    )


def gist(decision: Decision) -> object:
    """What of a decision makes it another one: not its words, its bundle or its engine."""
    reasons = sorted({(one.id, one.unknown) for one in decision.reasons})
    failed = decision.error is not None
    return decision.allowed, failed, reasons, decision.tier, decision.needs
