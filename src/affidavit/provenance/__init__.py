"""Claims about who, or what, wrote a commit, each with its source and its strength."""
