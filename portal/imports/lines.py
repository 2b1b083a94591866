"""The lines of a file, plain or gzipped, in batches that fit in memory however long and broken they are."""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from portal.errors import Invalid
from portal.text.lazy import _l

MOST_BYTES = 8 * 1024 * 1024  # of a line, and of a batch of several
BATCH = 200


class Line(NamedTuple):
    number: int
    data: bytes  # of a line that is too long the beginning, still too long


def read(path: Path) -> Iterator[Line]:
    """Every line that is not blank. Raises Invalid where the file cannot be read to its end."""
    number = 0
    try:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as file:
            while data := file.readline(MOST_BYTES + 1):
                number, rest = number + 1, data
                while len(rest) > MOST_BYTES and not rest.endswith(b"\n"):
                    rest = file.readline(MOST_BYTES + 1)
                if data.strip():
                    yield Line(number, data)
    except (OSError, EOFError, zlib.error) as problem:
        raise Invalid(_l("The file cannot be read to its end: %(why)s", why=str(problem))) from None


def batches(path: Path) -> Iterator[list[Line]]:
    """The same lines, at most 200 at a time. Raises Invalid as `read` does."""
    batch: list[Line] = []
    size = 0
    for line in read(path):
        if batch and (len(batch) == BATCH or size + len(line.data) > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(line)
        size += len(line.data)
    if batch:
        yield batch


def count(path: Path) -> int:
    """How many lines there are that are not blank. Raises Invalid as `read` does."""
    return sum(1 for _ in read(path))
