"""What one cell and one heading of a city's spreadsheet say. Pure."""
