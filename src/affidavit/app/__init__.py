"""Wiring: the only room that knows both the sources and the report."""
