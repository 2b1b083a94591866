"""Files that are not photos, photos that are bombs, and too many of them: a sentence beside the field, and the words kept."""

import io
import struct
import zlib

import pytest
from PIL import Image

from tests.hostile.answers import complaint, sentence


def png(width: int, height: int) -> bytes:
    """A picture of one colour, written line by line: small as a file, huge in memory."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    lines = b"".join(packer.compress(bytes(1 + width // 8)) for _ in range(height)) + packer.flush()
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
        + chunk(b"IDAT", lines)
        + chunk(b"IEND", b"")
    )


def gif(frames: int) -> bytes:
    out = io.BytesIO()
    Image.new("P", (4000, 4000)).save(
        out, "GIF", save_all=True, append_images=[Image.new("P", (4000, 4000), n) for n in range(1, frames)]
    )
    return out.getvalue()


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(out, "JPEG")
    return out.getvalue()


BAD = {
    "a text named .jpg": b"I am only words, named holiday.jpg", "half a photo": photo()[:200], "an svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "a page": b"<html><script>alert(1)</script></html>", "a program": b"MZ\x90\x00" + b"\0" * 500, "20,000 x 20,000 pixels": png(20_000, 20_000), "one pixel": png(8, 1),
    "13 MB": photo() + b"\0" * (13 * 1024 * 1024),
}  # fmt: skip


def doors(w) -> dict[str, tuple[str, str, dict]]:
    """Every form with a field for photos: who sends it, where, and with which words."""
    return {
        "draft": ("owner", f"/proposals/{w.proposals['draft'].id}/draft", {"title": "在西街口设停车架", "where": "西街口", "theme": "traffic", "body": "停满了车", "alt": "路口"}),
        "case": ("owner", f"/cases/new?place={w.wish.place_code}&category={w.category.id}",
                 {"title": "垃圾没有清运", "description": "三天没清", "place": w.wish.place_code, "where": "前海北沿 12 号", "alt": "垃圾", "source": "resident"}),
        "finding": ("volunteer", f"/patrols/{w.patrols['running'].id}/findings/new", {"what": "i1", "where": "前海北沿 12 号", "note": "垃圾暴露", "outcome": "open"}),
    }  # fmt: skip


@pytest.fixture(params=["draft", "case", "finding"])
def sending(door, request):
    who, path, words = doors(door.world)[request.param]

    def send(*uploads: bytes, name="holiday.jpg", kind="image/jpeg"):
        files = [(io.BytesIO(data), name, kind) for data in uploads]
        return door.ask(who, path, "POST", data={**words, "photos": files}, content_type="multipart/form-data")

    send.words = words
    return send


@pytest.mark.parametrize("what", list(BAD))
def test_what_is_no_usable_photo_is_refused_beside_the_field(sending, what):
    answer = sending(BAD[what])
    assert answer.status_code == 422
    assert not complaint(answer, "/")
    assert sentence(answer.text)
    assert all(
        words in answer.text
        for name, words in sending.words.items()
        if name in ("title", "where", "note", "description", "body")
    )


def test_a_photo_is_taken_whatever_its_name(sending):
    for name in ("../../etc/passwd", "a\x00b.jpg", "长" * 300 + ".jpg", "<script>.svg", "noname"):
        answer = sending(photo(), name=name, kind="text/html")
        assert answer.status_code in (302, 303), (name, sentence(answer.text))


def test_an_empty_file_field_is_no_photo(sending):
    assert sending(b"", name="").status_code < 500


def test_an_empty_file_is_refused(sending):
    answer = sending(b"")
    assert answer.status_code == 422
    assert sentence(answer.text)


def test_thirty_photos_are_too_many(sending):
    answer = sending(*[photo()] * 30)
    assert answer.status_code in (413, 422)
    assert not complaint(answer, "/")


def test_a_moving_picture_counts_as_one(sending):
    assert sending(gif(12), name="a.gif", kind="image/gif").status_code in (302, 303, 422)


def test_a_body_larger_than_anything_is_cut_off(door):
    who, path, _words = doors(door.world)["draft"]
    with door.undone():
        answer = door._client(who).post(
            path,
            input_stream=io.BytesIO(b"x"),
            content_type="multipart/form-data; boundary=x",
            environ_overrides={"CONTENT_LENGTH": str(10**10)},
        )
    assert answer.status_code in (400, 413)
    assert not complaint(answer, path)
