"""The council: seats, codes, opinions, answers."""
