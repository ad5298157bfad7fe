"""``python -m affidavit``."""

from affidavit.cli.main import main

main()
