"""Revisions of the plan's targets, from the proposal to the decision."""
