"""No fork while a ledger or its vault is open.

A child would inherit the lock of the ledger and hold it for as long as it lives, and would undo at
its end the transactions that SQLite had open. So a fork waits until they are closed.
"""

from __future__ import annotations

import os
import threading

from affidavit.base.errors import UsageError

unforked = threading.Lock()
"""Held while this process has a ledger open."""

# Once for the process: what is registered here cannot be taken back.
os.register_at_fork(
    before=unforked.acquire,
    after_in_parent=unforked.release,
    after_in_child=unforked.release,
)


class Process:
    """The process in which this was made."""

    def __init__(self) -> None:
        self._id = os.getpid()

    @property
    def is_this(self) -> bool:
        """False in a child that was forked since."""
        return os.getpid() == self._id

    def check(self) -> None:
        """Nothing, in the process itself.

        Raises:
            UsageError: This is a child of it: the thread that records was left in the parent.
        """
        if not self.is_this:
            raise UsageError(
                "this recorder was made before the process was forked",
                hint="make one in the child; what was given before the fork the parent records",
            )
