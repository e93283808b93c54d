"""One measure in a review: the four evaluations and who sees them."""
