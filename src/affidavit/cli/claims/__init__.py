"""``affidavit claims``: one file per command."""
