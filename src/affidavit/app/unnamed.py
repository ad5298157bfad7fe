"""What a repository is called that nothing gives a name."""

from __future__ import annotations

UNNAMED = "unnamed repository"
