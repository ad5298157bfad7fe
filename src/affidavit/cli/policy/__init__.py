"""``affidavit policy``."""
