"""What is frozen when a stage closes, read back, and compared with now."""
