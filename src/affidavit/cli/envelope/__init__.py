"""``affidavit envelope``: one file per command."""
