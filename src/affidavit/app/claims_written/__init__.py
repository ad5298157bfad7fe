"""What is known of lines, written in the forms of others for their tools to read."""
