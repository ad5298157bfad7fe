"""The hour's allowance: one pool for REST, one for GraphQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge.clock import text

if TYPE_CHECKING:
    from forge.clock import Clock

HOUR = 3600


class Pool:
    """So many points an hour; the hour begins with the first use after the last one ended."""

    def __init__(self, name: str, clock: Clock, *, limit: int = 5000) -> None:
        self.name, self.limit, self._clock = name, limit, clock
        self._used = 0
        self._reset = 0

    @property
    def used(self) -> int:
        """What was used in this hour."""
        if self._clock.now >= self._reset:
            self._used, self._reset = 0, self._clock.now + HOUR
        return self._used

    @property
    def remaining(self) -> int:
        """What is left in this hour."""
        return max(0, self.limit - self.used)

    def spend(self, points: int) -> bool:
        """Take so many points; False, and nothing taken, if none are left."""
        if not self.remaining:
            return False
        self._used += points
        return True

    def reset(self) -> int:
        """When the hour ends, in seconds since 1970."""
        _ = self.used
        return self._reset

    def reset_text(self) -> str:
        """When the hour ends."""
        return text(self.reset())

    def headers(self) -> dict[str, str]:
        """What an answer says of this pool."""
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Used": str(self.used),
            "X-RateLimit-Reset": str(self.reset()),
            "X-RateLimit-Resource": self.name,
        }

    def view(self) -> dict[str, object]:
        """What ``/rate_limit`` says of it."""
        return {
            "limit": self.limit,
            "used": self.used,
            "remaining": self.remaining,
            "reset": self.reset(),
        }
