"""What citizens see of a year, and when."""
