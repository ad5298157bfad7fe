"""Things that may be dropped by the thread that made them alone.

What is garbage can be found by any thread, at any time. So the thread keeps what belongs to it, and
lets go of it itself once its user is gone.
"""

from __future__ import annotations

import threading
import weakref
from collections import deque
from itertools import count


class _Kept(threading.local):
    """What belongs to this thread by number, and the numbers of what nobody uses any longer."""

    def __init__(self) -> None:
        self.things: dict[int, object] = {}
        self.gone: deque[int] = deque()


_numbers = count()
_kept = _Kept()


def keep(thing: object, user: object) -> None:
    """Keep `thing`, which is of this thread, at least as long as there is `user`.

    It goes when this thread keeps another thing later, or ends.
    """
    here = _kept
    while here.gone:
        here.things.pop(here.gone.popleft(), None)
    number = next(_numbers)
    here.things[number] = thing
    weakref.finalize(user, here.gone.append, number).atexit = False


def kept() -> int:
    """How many things this thread keeps."""
    return len(_kept.things)
