"""Setting a repository up for the gate, and telling whether it is set up."""
