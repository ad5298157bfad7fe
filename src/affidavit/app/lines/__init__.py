"""The lines of a repository at a commit, and whose they are."""
