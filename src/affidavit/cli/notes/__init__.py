"""``affidavit notes``: one file per command."""
