"""The export of a forge: ``affidavit/forge@1``, read and written (docs/formats/forge.md)."""
