"""Drawn photos for the demo: a lane on a clear morning, with what is wrong in it. No real place, no person."""

import io
import random

from PIL import Image, ImageDraw

SIZE = (1280, 960)
INK, WALL, WALL_LIGHT, ROOF = (28, 39, 38), (143, 155, 151), (168, 178, 174), (74, 86, 82)
DOOR, TREE, TREE_DEEP, SKY, GROUND = (181, 58, 34), (46, 125, 104), (15, 102, 85), (226, 236, 240), (200, 205, 200)
LAMP, NIGHT = (242, 169, 59), (38, 48, 58)


def lane(*things: str, seed: int = 1) -> bytes:
    """A JPEG of the lane. Things: bikes, tidy_bikes, litter, dark, lamps, wires, puddle, chairs, rail, boxes, bins."""
    rng = random.Random(seed)
    dark = "dark" in things or "lamps" in things
    picture = Image.new("RGB", SIZE, NIGHT if dark else SKY)
    draw = ImageDraw.Draw(picture)
    _street(draw, dark)
    for thing in things:
        if thing in _THINGS:
            _THINGS[thing](draw, rng)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88)
    return out.getvalue()


def _shade(colour, dark):
    return tuple(int(c * 0.45) for c in colour) if dark else colour


def _street(draw, dark):
    draw.polygon([(0, 960), (1280, 960), (760, 560), (520, 560)], fill=_shade(GROUND, dark))
    draw.polygon([(0, 240), (520, 470), (520, 560), (0, 960)], fill=_shade(WALL, dark))
    draw.polygon([(1280, 240), (760, 470), (760, 560), (1280, 960)], fill=_shade(WALL_LIGHT, dark))
    draw.polygon([(0, 120), (520, 430), (520, 470), (0, 240)], fill=_shade(ROOF, dark))
    draw.polygon([(1280, 120), (760, 430), (760, 470), (1280, 240)], fill=_shade(ROOF, dark))
    draw.rectangle((560, 480, 720, 560), fill=_shade(WALL, dark))
    for n in range(9):
        y = 280 + n * 75
        draw.line([(0, y), (520, 475 + n * 10)], fill=_shade(ROOF, dark), width=2)
        draw.line([(1280, y), (760, 475 + n * 10)], fill=_shade(ROOF, dark), width=2)
    draw.polygon([(180, 430), (300, 490), (300, 730), (180, 820)], fill=_shade(DOOR, dark))
    draw.polygon([(990, 470), (1110, 420), (1110, 560), (990, 590)], fill=_shade((90, 60, 40), dark))
    draw.polygon([(1005, 482), (1095, 445), (1095, 545), (1005, 575)], fill=LAMP if dark else (240, 230, 205))
    for x, y, r in ((600, 420, 80), (680, 390, 95), (740, 440, 70)):
        draw.ellipse((x - r, y - r, x + r, y + r), fill=_shade(TREE if r > 75 else TREE_DEEP, dark))
    draw.rectangle((655, 450, 680, 560), fill=_shade((96, 72, 52), dark))


def _bike(draw, x, y, s, colour):
    for dx in (-s, s):
        draw.ellipse(
            (x + dx - s * 0.7, y - s * 0.7, x + dx + s * 0.7, y + s * 0.7), outline=INK, width=max(3, int(s / 9))
        )
    draw.line(
        [(x - s, y), (x - s * 0.2, y - s), (x + s * 0.8, y - s), (x + s, y)], fill=colour, width=max(4, int(s / 6))
    )
    draw.line([(x - s * 0.2, y - s), (x + s * 0.2, y), (x + s * 0.8, y - s)], fill=colour, width=max(4, int(s / 6)))


def _bikes(draw, rng):
    for n in range(9):
        _bike(draw, 380 + n * 62 + rng.randint(-20, 20), 800 + rng.randint(-60, 60), 52 + rng.randint(-8, 12),
              rng.choice([(31, 78, 121), (15, 102, 85), (181, 58, 34), (87, 57, 127)]))  # fmt: skip


def _tidy_bikes(draw, rng):
    draw.line([(960, 930), (790, 640)], fill=(255, 255, 255), width=8)
    for n in range(5):
        _bike(draw, 1120 - n * 62, 880 - n * 62, 48 - n * 6, (15, 102, 85))


def _litter(draw, rng):
    for _ in range(26):
        x, y, r = rng.randint(430, 800), rng.randint(740, 900), rng.randint(10, 30)
        colour = rng.choice([(120, 92, 60), (90, 110, 90), (222, 222, 214), (60, 60, 66)])
        draw.polygon([(x - r, y), (x, y - r), (x + r, y - r // 3), (x + r // 2, y + r // 2)], fill=colour)


def _lamps(draw, rng):
    for x, y, s in ((420, 500, 14), (330, 450, 20), (870, 500, 14), (960, 450, 20)):
        for k in (7, 5, 3):
            draw.ellipse((x - s * k, y - s * k, x + s * k, y + s * k), fill=(60 + 20 * (8 - k), 60 + 16 * (8 - k), 50))
        draw.ellipse((x - s, y - s, x + s, y + s), fill=(255, 236, 190))


def _wires(draw, rng):
    for n in range(8):
        y = 150 + n * 22 + rng.randint(-10, 10)
        draw.line([(0, y), (420, y + 130 + n * 6), (860, y + 120), (1280, y - 10)], fill=INK, width=4)


def _puddle(draw, rng):
    draw.ellipse((420, 760, 900, 900), fill=(120, 150, 170))
    draw.ellipse((480, 790, 800, 860), fill=(160, 186, 202))


def _chairs(draw, rng):
    for x in (420, 560, 700):
        draw.rectangle((x, 760, x + 100, 782), fill=(120, 84, 52))
        for leg in (x + 8, x + 84):
            draw.rectangle((leg, 782, leg + 10, 850), fill=(96, 66, 40))


def _rail(draw, rng):
    draw.line([(60, 880), (430, 600)], fill=(190, 196, 200), width=18)
    for n in range(5):
        x, y = 60 + n * 92, 880 - n * 70
        draw.line([(x, y), (x, y + 90)], fill=(150, 158, 162), width=12)


def _boxes(draw, rng):
    for n in range(7):
        x, y, s = 90 + (n % 4) * 100 + rng.randint(-10, 10), 820 - (n // 4) * 96, 92
        draw.rectangle((x, y, x + s, y + s), fill=(166, 128, 84), outline=(96, 66, 40), width=4)


def _bins(draw, rng):
    for n, colour in enumerate([(15, 102, 85), (31, 78, 121), (120, 120, 116)]):
        x = 430 + n * 130
        draw.rectangle((x, 700, x + 100, 850), fill=colour)
        draw.rectangle((x - 8, 684, x + 108, 706), fill=INK)


_THINGS = {"bikes": _bikes, "tidy_bikes": _tidy_bikes, "litter": _litter, "lamps": _lamps, "wires": _wires, "puddle": _puddle,
           "chairs": _chairs, "rail": _rail, "boxes": _boxes, "bins": _bins}  # fmt: skip
