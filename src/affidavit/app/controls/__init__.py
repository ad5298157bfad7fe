"""Control tests run: sources opened, populations found, results put together."""
