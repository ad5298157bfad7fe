"""A ledger as its users have it: a folder, a key elsewhere, and one keeper."""
