"""``affidavit collect``."""
