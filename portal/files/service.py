"""Taking in photos and giving them out."""

import io
import logging
import secrets
import struct
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa
from PIL import (
    GifImagePlugin,
    Image,
    ImageOps,
    JpegImagePlugin,
    PngImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from portal import db
from portal.clock import utcnow
from portal.errors import Invalid, NotFound
from portal.files.models import Photo
from portal.text.clean import one_line
from portal.text.lazy import _l

MAX_BYTES = 12 * 1024 * 1024  # one photo
MAX_PIXELS = 25_000_000  # checked before a single pixel is decoded
MAX_SIDE = 30_000  # of one photo, in pixels: a JPEG cannot have much longer ones
MAX_PHOTOS = 6  # of one thing and purpose
WIDTHS = (320, 640, 1280)
# Imported by name: a kind that Pillow has not loaded yet would make it load all sixty.
FORMATS = [kind.format for kind in (JpegImagePlugin.JpegImageFile, PngImagePlugin.PngImageFile, WebPImagePlugin.WebPImageFile,
                                    GifImagePlugin.GifImageFile)]  # fmt: skip

log = logging.getLogger(__name__)
logging.getLogger("PIL").setLevel(logging.WARNING)
_folder: Path | None = None


class Picture(NamedTuple):
    """An uploaded photo in memory: its re-encoded JPEGs by width."""

    width: int
    height: int
    sizes: dict[int, bytes]


def use_folder(files_url: str) -> None:
    """Keep photos under this file:// URL."""
    global _folder
    _folder = Path(unquote(urlsplit(files_url).path))


def prepare(data: bytes) -> Picture:
    """Check and re-encode one photo. Raises Invalid with what to do about it."""
    if len(data) > MAX_BYTES:
        raise Invalid(_l("This photo is larger than 12 MB. Choose a smaller one."))
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            if opened.width * opened.height > MAX_PIXELS or max(opened.size) > MAX_SIDE:
                raise Image.DecompressionBombError
            opened.draft("RGB", (WIDTHS[-1] * 2, WIDTHS[-1] * 2))
            picture = ImageOps.exif_transpose(opened).convert("RGB")
    except Image.DecompressionBombError as problem:
        raise Invalid(_l("This photo has too many pixels. Choose one of at most 25 megapixels.")) from problem
    except (
        UnidentifiedImageError,
        OSError,
        EOFError,
        ValueError,
        SyntaxError,
        MemoryError,
        struct.error,
        ArithmeticError,
        LookupError,
        TypeError,
    ) as problem:  # fmt: skip  (what damaged files make the decoders raise)
        raise Invalid(_l("This file is not a photo we can read. Send a JPEG, PNG or WebP picture.")) from problem
    if min(picture.size) < 8:
        raise Invalid(_l("This photo is too small to see anything."))
    sizes = {}
    for width in WIDTHS:
        width = min(width, picture.width)
        if width not in sizes:
            height = max(1, round(picture.height * width / picture.width))
            out = io.BytesIO()
            picture.resize((width, height), Image.Resampling.LANCZOS).save(
                out, "JPEG", quality=82, optimize=True, progressive=True
            )
            sizes[width] = out.getvalue()
    largest = max(sizes)
    return Picture(largest, max(1, round(picture.height * largest / picture.width)), sizes)


def prepare_all(uploads: Iterable[bytes], most: int = MAX_PHOTOS) -> list[Picture]:
    """Check and re-encode what was sent along, before anything is locked. Counted before the first one is decoded."""
    uploads = list(uploads)
    if len(uploads) > most:
        raise Invalid(_l("At most %(most)s photos. Remove one first.", most=most))
    return [prepare(data) for data in uploads]


def attach_photos(session, actor, owner: tuple[str, int], uploads: Iterable[bytes | Picture], alts: Iterable[str] = (), purpose: str = "",
                  most: int = MAX_PHOTOS, new: bool = False) -> list[Photo]:  # fmt: skip
    """Store uploaded photos of `owner` = (kind, id), at most `most` altogether; one that is `new` has none yet. Raises Invalid.

    Who wants the slow part outside of the transaction calls `prepare` first and hands over the pictures. The files are
    written before the commit; a rolled-back transaction leaves at worst an unused file behind.
    """
    uploads = list(uploads)
    if not uploads:
        return []
    mine = (Photo.owner_kind == owner[0], Photo.owner_id == owner[1], Photo.purpose == purpose)
    have = 0 if new else session.scalar(sa.select(sa.func.count()).where(*mine))
    if have + len(uploads) > most:
        raise Invalid(_l("At most %(most)s photos. Remove one first.", most=most))
    pictures = [data if isinstance(data, Picture) else prepare(data) for data in uploads]
    words = [*(one_line(alt)[:200] for alt in alts), *[""] * len(pictures)]
    photos = []
    for picture, alt in zip(pictures, words, strict=False):
        key = secrets.token_hex(16)
        for width, data in picture.sizes.items():
            _write(key, width, data)
        photos.append(Photo(key=key, owner_kind=owner[0], owner_id=owner[1], purpose=purpose, width=picture.width,
                            height=picture.height, widths=sorted(picture.sizes), alt=alt, uploaded_by=actor.id))  # fmt: skip
    session.add_all(photos)
    session.flush()
    return photos


def photos_of(session, kind: str, ids: Iterable[int]) -> dict[int, list[Photo]]:
    """The visible photos of several things of one kind, oldest first. One query."""
    found: dict[int, list[Photo]] = {}
    shown = sa.select(Photo).where(Photo.owner_kind == kind, Photo.owner_id.in_(list(ids)), Photo.hidden_at.is_(None))
    for photo in session.scalars(shown.order_by(Photo.id)):
        found.setdefault(photo.owner_id, []).append(photo)
    return found


def take_over(session, source: tuple[str, int], target: tuple[str, int]) -> int:
    """Copy the photos of the source for the target (a finding's photos become a case's); returns how many."""
    photos = photos_of(session, source[0], [source[1]]).get(source[1], [])
    for photo in photos:
        key = secrets.token_hex(16)
        for width in photo.widths:
            _write(key, width, read_file(photo.key, width))
        session.add(Photo(key=key, owner_kind=target[0], owner_id=target[1], purpose=photo.purpose, width=photo.width,
                          height=photo.height, widths=photo.widths, alt=photo.alt, uploaded_by=photo.uploaded_by))  # fmt: skip
    session.flush()
    return len(photos)


def remove_photos(session, *which) -> int:
    """Delete the photos for which these conditions hold, their files once that is committed; returns how many."""
    gone = session.execute(sa.delete(Photo).where(*which).returning(Photo.key, Photo.widths)).all()
    session.info.setdefault("photos", []).extend((key, width) for key, widths in gone for width in widths)
    return len(gone)


@db.after_commit
def _delete_files(session) -> None:
    for key, width in session.info.pop("photos", ()):
        try:
            _path(key, width).unlink(missing_ok=True)
        except OSError:  # the photo is gone from the portal all the same
            log.exception("could not delete the file of photo %s", key)


def hide_photos(session, kind: str, ident: int, hidden: bool = True) -> None:
    """Hide (or show again) all photos of a thing together with it."""
    at = utcnow() if hidden else None
    session.execute(sa.update(Photo).where(Photo.owner_kind == kind, Photo.owner_id == ident).values(hidden_at=at))


def read(session, key: str, width: int) -> bytes:
    """The JPEG of a visible photo. Raises NotFound."""
    photo = session.scalars(sa.select(Photo).where(Photo.key == key, Photo.hidden_at.is_(None))).one_or_none()
    if photo is None or width not in photo.widths:
        raise NotFound(_l("This photo is not here (any more)."))
    return read_file(photo.key, width)


def read_file(key: str, width: int) -> bytes:
    try:
        return _path(key, width).read_bytes()
    except FileNotFoundError as problem:
        raise NotFound(_l("This photo is not here (any more).")) from problem


def _path(key: str, width: int) -> Path:
    if _folder is None:
        raise RuntimeError("files.use_folder was not called")
    return _folder / key[:2] / key[2:4] / f"{key}-{width}.jpg"


def _write(key: str, width: int, data: bytes) -> None:
    path = _path(key, width)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
