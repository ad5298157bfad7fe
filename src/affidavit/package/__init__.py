"""The evidence handed over: JSON, CSV and HTML."""
