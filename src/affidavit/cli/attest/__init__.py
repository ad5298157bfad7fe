"""``affidavit attest``: one file per command."""
