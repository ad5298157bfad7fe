"""What records of other tools claim of commits and of lines, beside the commits themselves."""
