"""``affidavit witness``: one file per command."""
