"""A git repository read as evidence: nothing in it is trusted, obeyed or run."""
