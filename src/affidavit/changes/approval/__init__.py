"""Approvals that persons sign with a key of their own, and what each is worth."""
