"""``affidavit controls``."""
