"""URL converters: numbers that fit a database column, words without control characters; everything else is a 404."""

from werkzeug.routing import IntegerConverter, UnicodeConverter


class DatabaseInteger(IntegerConverter):
    """0 … 2³¹−1. A longer number is simply not the address of anything."""

    def __init__(self, map, **kwargs):
        super().__init__(map, **{"max": 2**31 - 1, **kwargs})


class CleanWord(UnicodeConverter):
    """A part of a path. A database refuses NUL, and no name of anything has a control character in it."""

    def __init__(self, map, *args, **kwargs):
        super().__init__(map, *args, **kwargs)
        self.regex = self.regex.replace("[^/]", r"[^/\x00-\x1f\x7f]")
