"""What evidence depends on, looked at one by one; each says how it is put right."""
