"""Where a repository holds what other tools recorded: one finder for each form."""
