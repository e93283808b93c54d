"""Meetings: agenda, attendance, minutes, decisions."""
