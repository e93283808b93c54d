"""Writes of the yearly review. Each is atomic, leaves its record, and asks reviews/access.py and reviews/stages.py what may be done."""
