"""What a camera sees: films in grey for Chromium's fake video capture, drawn without a library for pictures."""

from collections.abc import Iterable
from pathlib import Path

import segno
from barcode import Code128

WIDTH, HEIGHT, FRAMES_A_SECOND = 640, 480, 5
PAPER, INK, WALL = 235, 16, 128

Bits = list[str]  # rows of 0 and 1


def barcode(text: str) -> Bits:
    """Code 128."""
    return Code128(text).build() * 60


def qr(text: str) -> Bits:
    return ["".join("1" if module else "0" for module in row) for row in segno.make(text, error="m").matrix]


def film(path: Path, *scenes: Bits, seconds: float = 3) -> Path:
    """A YUV4MPEG2 file that shows each scene for so long; Chromium repeats it for ever."""
    colourless = bytes([128]) * (WIDTH * HEIGHT // 2)
    with open(path, "wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{FRAMES_A_SECOND}:1 Ip A1:1 C420jpeg\n".encode())
        for scene in scenes:
            frame = b"FRAME\n" + b"".join(_drawn(scene)) + colourless
            file.write(frame * round(seconds * FRAMES_A_SECOND))
    return path


def _drawn(bits: Bits) -> Iterable[bytes]:
    """A label in the middle of a grey wall: as large as fits into the frame, with paper around its code."""
    columns, rows = len(bits[0]), len(bits)
    scale = min(360 // columns, 200 // rows)
    width, height, edge = columns * scale, rows * scale, 36
    left, top = (WIDTH - width) // 2, (HEIGHT - height) // 2
    for y in range(HEIGHT):
        if not top - edge <= y < top + height + edge:
            yield bytes([WALL]) * WIDTH
            continue
        line = bits[(y - top) // scale] if top <= y < top + height else "0" * columns
        code = b"".join(bytes([INK if bit == "1" else PAPER]) * scale for bit in line)
        paper = bytes([PAPER]) * edge
        yield bytes([WALL]) * (left - edge) + paper + code + paper + bytes([WALL]) * (WIDTH - left - width - edge)
