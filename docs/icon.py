"""Draws the packages' icon, docs/pictures/icon.png: a digit of which one half is as it was and the other carries an attack's signs."""

import random
import struct
import zlib
from pathlib import Path

FILE = Path(__file__).resolve().parent / "pictures" / "icon.png"
CELLS, CELL, CORNER = 16, 8, 18
SIZE = CELLS * CELL
PAPER, INK, PLUS, MINUS = (22, 27, 34), (240, 246, 252), (230, 159, 0), (0, 114, 178)
# A seven, in cells.
STROKE = [(4, 4), (11.6, 4), (7.2, 12.4)]


def distance(x, y, a, b):
    """From a point to the line between two others."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    t = max(0, min(1, ((x - a[0]) * dx + (y - a[1]) * dy) / (dx * dx + dy * dy)))
    return ((x - a[0] - t * dx) ** 2 + (y - a[1] - t * dy) ** 2) ** 0.5


def mix(a, b, t):
    return tuple(round(p + (q - p) * t) for p, q in zip(a, b))


def cells():
    """The colour of each cell, row by row."""
    signs = random.Random(1)
    for row in range(CELLS):
        for column in range(CELLS):
            x, y = column + 0.5, row + 0.5
            near = min(distance(x, y, *line) for line in zip(STROKE, STROKE[1:]))
            colour = mix(PAPER, INK, max(0, min(1, 1.7 - near)))
            sign = signs.choice((PLUS, MINUS))
            yield mix(colour, sign, 0.45) if column >= CELLS // 2 else colour


def alpha(x, y):
    """Nothing outside of the round corners."""
    dx, dy = (max(CORNER - v, v - (SIZE - CORNER), 0) for v in (x + 0.5, y + 0.5))
    return round(255 * max(0, min(1, CORNER + 0.5 - (dx * dx + dy * dy) ** 0.5)))


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def main():
    colours = list(cells())
    rows = b"".join(b"\0" + b"".join(bytes((*colours[y // CELL * CELLS + x // CELL], alpha(x, y))) for x in range(SIZE))
                    for y in range(SIZE))
    FILE.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", SIZE, SIZE, 8, 6, 0, 0, 0))
                     + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


if __name__ == "__main__":
    main()
