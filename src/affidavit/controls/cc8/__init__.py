"""The tests of criterion CC8.1, change management."""
