"""Approvals signed with a person's SSH key: made on a terminal, published, read back."""
