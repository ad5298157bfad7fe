"""A witness of other people's logs, and how a log finds its own."""
