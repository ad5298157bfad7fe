"""``affidavit receipt``: one file per command."""
