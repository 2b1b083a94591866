"""The front of the house: the home page and what happens in a place. Reads every feature, is imported by none."""
