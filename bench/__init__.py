"""`make bench`: the portal beside a bare program of the same pages, measured in one run, turn by turn."""
