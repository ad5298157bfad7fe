"""Fact bundles on the command line: signed where no keeper is at hand, and looked at."""
