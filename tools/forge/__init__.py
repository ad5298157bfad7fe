"""A GitHub with state, for tests and for the guide: see README.md beside this file."""

from __future__ import annotations

from forge import events, faults
from forge.accounts import Account, App
from forge.checks import ACTIONS
from forge.clock import Clock
from forge.pulls import Pull
from forge.repository import Repository
from forge.rules import Protection, checks_rule, queue_rule, reviews_rule
from forge.server import Forge

__all__ = [
    "ACTIONS",
    "Account",
    "App",
    "Clock",
    "Forge",
    "Protection",
    "Pull",
    "Repository",
    "checks_rule",
    "events",
    "faults",
    "queue_rule",
    "reviews_rule",
]
