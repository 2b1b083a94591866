"""Places: city → district → street → community → grid → lane, as one tree of codes.

A place contains every place whose code begins with its own (DOMAIN A6). What happens in a place is counted in
`place_counts` by whoever makes it happen, with `counts.moved`.
"""
