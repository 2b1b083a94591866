"""Finding things: proposals, places, spaces, cases."""
