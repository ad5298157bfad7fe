"""``affidavit identity``."""
