"""Functions that call themselves, found before they are called.

No engine allows it. Ours notices it of rules, but of functions only when the stack is used up, and
then the process is gone.
"""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from affidavit.policy.errors import bundle_error

if TYPE_CHECKING:
    from collections.abc import Iterable


def check_recursion(calls: Iterable[tuple[str, str]]) -> None:
    """Refuse `calls`, pairs of a function and one that it calls, that come back to their start.

    Raises:
        PolicyError: They do; the message names the functions.
    """
    order = TopologicalSorter[str]()
    for caller, called in calls:
        order.add(caller, called)
    try:
        order.prepare()
    except CycleError as error:
        names: list[str] = error.args[1]
        raise bundle_error(f"functions call themselves: {' < '.join(names[:6])}") from error
