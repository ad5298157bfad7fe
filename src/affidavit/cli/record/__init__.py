"""``affidavit record``."""
