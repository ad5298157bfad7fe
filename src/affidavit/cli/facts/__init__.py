"""``affidavit facts``."""
