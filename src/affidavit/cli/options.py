"""What the options of ``affidavit audit`` may say."""

from __future__ import annotations

FORMATS = ("html", "json", "csv")
"""What is written; the first of those asked for is the one to open."""
FILES = {
    "html": ("report.html",),
    "json": ("report.json",),
    "csv": ("landings.csv", "exceptions.csv"),
}
"""The files of each format, in the output directory."""
DEPLOYMENTS = "deployments.csv"
"""Written beside them as CSV where a forge's records were read."""
FAIL_ON = ("never", "exceptions", "unknown")
GONE = 141
"""Whoever read the output is gone: as a shell says it of SIGPIPE."""
DEFAULT_OUTPUT = "affidavit-report"
