"""What sources are called where an answer is unknown for the want of them."""

from __future__ import annotations

REQUESTS = "pull requests"
REVIEWS = "reviews"
EVENTS = "events of pull requests"
CHECKS = "checks"
ACTIVITY = "activity"
RULES = "rules of the branch"
DEPLOYMENTS = "deployments"
IDENTITIES = "identities"
LEDGER = "ledger"
PROMPTER = "the prompter"
FILES = "files"
HISTORY = "history"
POPULATION = "the whole population"
