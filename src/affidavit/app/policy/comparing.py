"""Two bundles asked about the same inputs: where they decide otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.app.policy.running import engine
from affidavit.policy.answers import Comparison, Difference
from affidavit.policy.deciding import decide

if TYPE_CHECKING:
    from collections.abc import Iterable

    from affidavit.policy.bundle import Bundle
    from affidavit.policy.input import PolicyInput
    from affidavit.policy.model import Decision


def compared(
    before: Bundle, after: Bundle, inputs: Iterable[tuple[str, PolicyInput]]
) -> Comparison:
    """Where `before` and `after` decide otherwise about named `inputs`."""
    first, second = engine(before, trusted=False), engine(after, trusted=False)
    count, found = 0, list[Difference]()
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
