"""A release: what one commit holds that another does not, and what is known of it."""
