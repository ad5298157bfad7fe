"""What other tools recorded of who wrote what: one reader for each form, all to the same words."""
