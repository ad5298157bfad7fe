"""What the options of ``affidavit audit`` may say."""

from __future__ import annotations

FORMATS = ("html", "json", "csv")
"""What is written; the first of those asked for is the one to open."""
FAIL_ON = ("never", "exceptions", "unknown")
DEFAULT_OUTPUT = "affidavit-report"
