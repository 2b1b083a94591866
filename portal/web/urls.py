"""URL converters: numbers that fit a database column; everything else is a 404."""

from werkzeug.routing import IntegerConverter


class DatabaseInteger(IntegerConverter):
    """0 … 2³¹−1. A longer number is simply not the address of anything."""

    def __init__(self, map, **kwargs):
        super().__init__(map, **{"max": 2**31 - 1, **kwargs})
