"""Which table of a book holds the values, which column is what, which indicator a row means. Pure."""
