"""Control tests as they are read: text, worksheet, JSON."""
