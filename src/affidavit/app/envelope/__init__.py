"""Changes as envelopes: made before a merge, joined to the landing after it."""
