"""Population, period, exceptions and metrics: facts in, results out."""
