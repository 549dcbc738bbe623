"""Pictures made small: in 256 colours, which a browser chooses, as there is no other program for it here."""

import base64
import struct
import zlib
from pathlib import Path

from playwright.sync_api import Page

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHOOSE = Path(__file__).with_name("palette.js").read_text().rstrip(";\n")
INDEXED, DEPTH = 3, 8


def small(page: Page, png: bytes) -> bytes:
    """The same picture in a third of the bytes."""
    chosen = page.evaluate(CHOOSE, base64.b64encode(png).decode())
    width, height = chosen["width"], chosen["height"]
    palette, pixels = base64.b64decode(chosen["palette"]), base64.b64decode(chosen["pixels"])
    rows = b"".join(b"\0" + pixels[at : at + width] for at in range(0, width * height, width))  # 0: not filtered
    header = struct.pack(">IIBBBBB", width, height, DEPTH, INDEXED, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return SIGNATURE + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
