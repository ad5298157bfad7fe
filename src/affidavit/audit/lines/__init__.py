"""The lines of a repository counted: whose they are, where, how old, how soon they go."""
