"""Receipts: a signed statement about a commit, with the proof that a ledger holds it."""
