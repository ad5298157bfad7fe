"""Foreign formats read into facts."""
