"""Ids, canonical bytes, digests, periods, text and errors: what every room stands on."""
