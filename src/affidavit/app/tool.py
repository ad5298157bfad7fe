"""What made a report: this program, and the signal rules that it has."""

from __future__ import annotations

from affidavit import __version__
from affidavit.audit.model import Tool
from affidavit.provenance.catalogue import load


def tool() -> Tool:
    """This version, with the version and digest of its rules."""
    rules = load()
    return Tool(
        name="affidavit", version=__version__, rules_version=rules.version, rules=rules.digest
    )
