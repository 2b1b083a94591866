"""Photos: only pictures get in, only the picture stays."""

import io
import struct
import time
import tracemalloc
import zlib

import pytest
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from portal import db, files
from portal.errors import Invalid, NotFound
from portal.files.service import prepare
from portal.policy import GUEST


def picture(width=800, height=600, kind="JPEG", mode="RGB", **saved) -> bytes:
    out = io.BytesIO()
    image = Image.new(mode, (width, height), "red" if mode != "P" else 1)
    image.paste("blue" if mode != "P" else 2, (0, 0, width // 2, height // 2))
    image.save(out, kind, **saved)
    return out.getvalue()


def with_place_and_orientation() -> bytes:
    exif = Image.Exif()
    exif[Base.Orientation] = 6
    exif[Base.Make] = "SecretPhone"
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (39.0, 56.0, 12.0)
    return picture(400, 200, exif=exif)


def test_where_and_with_what_it_was_taken_is_gone():
    assert b"SecretPhone" in with_place_and_orientation()
    for data in prepare(with_place_and_orientation()).sizes.values():
        assert b"SecretPhone" not in data
        assert b"Exif" not in data
        assert dict(Image.open(io.BytesIO(data)).getexif()) == {}


def test_a_photo_taken_sideways_is_turned_upright():
    ready = prepare(with_place_and_orientation())
    assert (ready.width, ready.height) == (200, 400)
    upright = Image.open(io.BytesIO(ready.sizes[200]))
    assert upright.getpixel((150, 20))[2] > 200, "what was at the left is at the top now"


@pytest.mark.parametrize(
    ("width", "widths"), [(3000, [320, 640, 1280]), (1000, [320, 640, 1000]), (640, [320, 640]), (200, [200])]
)
def test_it_is_kept_in_several_widths_never_enlarged(width, widths):
    ready = prepare(picture(width, 300))
    assert sorted(ready.sizes) == widths
    assert {w: Image.open(io.BytesIO(data)).width for w, data in ready.sizes.items()} == {w: w for w in widths}
    assert all(Image.open(io.BytesIO(data)).format == "JPEG" for data in ready.sizes.values())


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "L"), ("WEBP", "RGB"), ("GIF", "P"), ("JPEG", "CMYK")]
)
def test_usual_kinds_of_pictures_are_taken(kind, mode):
    assert prepare(picture(kind=kind, mode=mode)).width == 800


@pytest.mark.parametrize(
    "data",
    [
        b"", b"hello, this is a text named holiday.jpg", b"\xff\xd8\xff\xe0 and then nothing", picture()[:300], b"<svg xmlns='http://x'/>",
        b"GIF89a", b"%PDF-1.4", picture(kind="BMP"), picture(kind="TIFF"), b"\x89PNG\r\n\x1a\n" + b"\x00" * 100,
    ],
    ids=["nothing", "text", "only a beginning", "cut off", "svg", "gif head", "pdf", "bmp", "tiff", "png head"],
)  # fmt: skip
def test_what_is_no_photo_is_refused(data):
    with pytest.raises(Invalid):
        prepare(data)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def test_a_bomb_is_refused_before_it_is_unpacked():
    row = zlib.compress(b"\x00" * (20_000 * 3 + 1) * 500, 9)
    head = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", row) + chunk(b"IEND", b"")
    tracemalloc.start()
    began = time.perf_counter()
    with pytest.raises(Invalid, match="pixels"):
        prepare(bomb)
    assert time.perf_counter() - began < 1
    assert tracemalloc.get_traced_memory()[1] < 20 * 2**20
    tracemalloc.stop()


def test_a_file_that_is_too_large_is_refused_with_its_limit():
    with pytest.raises(Invalid, match="12 MB"):
        prepare(b"\xff" * (files.MAX_BYTES + 1))


def test_a_speck_is_refused():
    with pytest.raises(Invalid, match="too small"):
        prepare(picture(4, 4))


def test_photos_are_attached_found_read_and_hidden(session):
    photos = files.attach_photos(session, GUEST, ("finding", 1), [picture(), picture(300)], ["街口 \x00 的 垃圾"])
    assert [photo.alt for photo in photos] == ["街口 的 垃圾", ""]
    assert files.photos_of(session, "finding", [1, 2]) == {1: photos}
    assert photos[0].path(320) == f"/photos/{photos[0].key}/320.jpg"
    assert photos[0].nearest(500) == 640
    assert files.read(session, photos[0].key, 320)[:2] == b"\xff\xd8"
    with pytest.raises(NotFound):
        files.read(session, photos[0].key, 321)
    files.hide_photos(session, "finding", 1)
    assert files.photos_of(session, "finding", [1]) == {}
    session.expire_all()
    with pytest.raises(NotFound):
        files.read(session, photos[0].key, 320)
    files.hide_photos(session, "finding", 1, hidden=False)
    assert len(files.photos_of(session, "finding", [1])[1]) == 2


def test_there_is_a_limit_of_photos_per_thing(session):
    files.attach_photos(session, GUEST, ("finding", 1), [picture(100)] * 5)
    with pytest.raises(Invalid, match="At most"):
        files.attach_photos(session, GUEST, ("finding", 1), [picture(100)] * 2)
    files.attach_photos(session, GUEST, ("finding", 1), [picture(100)], purpose="after")


def test_photos_taken_over_are_copies_of_their_own(session):
    files.attach_photos(session, GUEST, ("finding", 1), [picture()], ["垃圾"])
    files.take_over(session, ("finding", 1), ("case", 9))
    (copy,) = files.photos_of(session, "case", [9])[9]
    files.hide_photos(session, "finding", 1)
    assert copy.alt == "垃圾"
    assert files.read(session, copy.key, 640)


@pytest.mark.parametrize("key", ["../../etc/passwd", "", "x" * 300, "%00"])
def test_a_made_up_key_finds_nothing(session, key):
    with pytest.raises(NotFound):
        files.read(session, key, 320)


def test_a_removed_photo_leaves_the_disk_and_a_hidden_one_stays(session):
    with db.transaction():
        gone, kept = files.attach_photos(session, GUEST, ("thing", 1), [picture(), picture()])

    def there(photo):
        return [files.service._path(photo.key, width).exists() for width in photo.widths]

    with db.transaction():
        files.hide_photos(session, "thing", 1)
    with pytest.raises(RuntimeError), db.transaction():
        files.remove_photos(session, files.Photo.id == gone.id)
        raise RuntimeError
    assert all(there(gone))
    with db.transaction():
        assert files.remove_photos(session, files.Photo.id == gone.id) == 1
    assert not any(there(gone))
    assert all(there(kept))


def test_too_many_photos_are_refused_before_one_is_decoded():
    with pytest.raises(Invalid, match="At most"):
        files.prepare_all([b"no photo at all"] * (files.MAX_PHOTOS + 1))


def test_a_picture_longer_than_any_jpeg_is_refused_in_words():
    for size in ((70_000, 16), (16, 70_000)):
        with pytest.raises(Invalid):
            prepare(picture(*size, kind="PNG"))


def whole_pictures() -> dict[str, bytes]:
    """One of each kind, with everything that may lie beside the pixels."""
    from PIL import ImageCms

    exif = Image.Exif()
    exif[Base.Orientation] = 6
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (39.0, 56.0, 12.0)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    more = [Image.new("RGB", (48, 40), colour) for colour in ("green", "white")]
    return {
        "jpeg": picture(48, 40, exif=exif, icc_profile=profile), "progressive": picture(48, 40, progressive=True),
        "png": picture(48, 40, "PNG", exif=exif, icc_profile=profile), "palette": picture(48, 40, "PNG", "P"),
        "apng": picture(48, 40, "PNG", save_all=True, append_images=more),
        "webp": picture(48, 40, "WEBP", exif=exif, icc_profile=profile), "moving": picture(48, 40, "WEBP", save_all=True, append_images=more),
        "gif": picture(48, 40, "GIF", "P"), "film": picture(48, 40, "GIF", "P", save_all=True, append_images=more),
    }  # fmt: skip


def damaged(data: bytes, rng):
    """Cut short at many places, and with bits turned over, most often in the heads."""
    for at in {*range(min(len(data), 60)), *(rng.randrange(len(data)) for _ in range(40))}:
        yield data[:at]
    for _ in range(250):
        broken = bytearray(data)
        for _ in range(rng.choice((1, 1, 2, 8))):
            broken[rng.randrange(min(len(data), rng.choice((40, 400, len(data)))))] ^= 1 << rng.randrange(8)
        yield bytes(broken)
    yield data[: len(data) // 2] + data


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", ["jpeg", "progressive", "png", "palette", "apng", "webp", "moving", "gif", "film"])
def test_a_damaged_photo_is_refused_in_words_and_never_anything_else(kind):
    import random

    whole = whole_pictures()[kind]
    assert prepare(whole).sizes
    refused = 0
    for data in damaged(whole, random.Random(kind)):
        try:
            prepare(data)
        except Invalid:
            refused += 1
    assert refused > 60
