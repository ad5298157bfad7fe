"""``affidavit changes``."""
