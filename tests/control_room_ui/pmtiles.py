"""Come here for the smallest PMTiles archive: one vector tile that covers the world with water.

PMTiles 3, https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md, without compression;
the tile is a Mapbox Vector Tile 2.1.
"""

import json
import struct

_EXTENT = 4096
_NO_COMPRESSION = 1
_MVT = 1
_HEADER_BYTES = 127
_WORLD_E7 = (-1_800_000_000, -850_000_000, 1_800_000_000, 850_000_000)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _field(number: int, body: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(body)) + body


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _tile(layer: str) -> bytes:
    """One square polygon as large as the tile."""
    side = _EXTENT * 2  # zigzag
    square = (9, 0, 0, 26, side, 0, 0, side, side - 1, 0, 15)  # move; 3 lines; close
    geometry = _field(4, b"".join(map(_varint, square)))
    feature = _field(2, _number(3, 3) + geometry)
    named = _number(15, 2) + _field(1, layer.encode()) + feature + _number(5, _EXTENT)
    return _field(3, named)


def archive(layer: str = "water") -> bytes:
    """The archive's bytes."""
    tile = _tile(layer)
    metadata = json.dumps({"vector_layers": [{"id": layer, "fields": {}}]}).encode()
    # One entry: tile id 0, run length 1, its length, offset 0 (written as 1).
    directory = b"".join(map(_varint, (1, 0, 1, len(tile), 1)))
    at = _HEADER_BYTES
    places = []
    for part in (directory, metadata, b"", tile):  # root, metadata, leaves, tiles
        places += [at, len(part)]
        at += len(part)
    flags = (1, _NO_COMPRESSION, _NO_COMPRESSION, _MVT, 0, 0)
    header = (
        b"PMTiles\x03"
        + struct.pack("<8Q", *places)
        + struct.pack("<3Q", 1, 1, 1)
        + struct.pack("<6B", *flags)
        + struct.pack("<4i", *_WORLD_E7)
        + struct.pack("<B2i", 0, 0, 0)
    )
    assert len(header) == _HEADER_BYTES
    return header + directory + metadata + tile
