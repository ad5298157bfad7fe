"""What a forge knows of changes, in one form for every forge (docs/formats/forge.md)."""
