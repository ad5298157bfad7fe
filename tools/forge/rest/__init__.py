"""The REST side of the forge."""
