"""Pictures of every kind come upright, opaque and of a workable size, or it is said why not."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from apps.drawn import clean
from PIL import Image, ImageFile

from claimbook.apps.picture import WORKED, as_picture, load
from claimbook.errors import ClaimbookError, UsageError

PLAIN = clean("1+2")


def saved(path, image, **options):
    image = image if isinstance(image, Image.Image) else Image.fromarray(image)
    image.save(path, **options)
    return path


@pytest.mark.parametrize("mode", ["L", "P", "1", "CMYK", "LA", "RGBA"])
def test_every_mode_comes_as_three_channels(tmp_path, mode):
    kind = "tif" if mode == "CMYK" else "png"
    pixels = load(saved(tmp_path / f"a.{kind}", Image.fromarray(PLAIN).convert(mode, dither=Image.Dither.NONE))).pixels
    assert pixels.shape == PLAIN.shape and pixels.dtype == np.uint8
    assert np.mean((pixels.min(axis=2) < 128) == (PLAIN.min(axis=2) < 128)) > 0.99


def test_sixteen_bits_of_grey(tmp_path):
    pixels = load(saved(tmp_path / "a.png", PLAIN[:, :, 0].astype(np.uint16) * 200)).pixels
    assert np.mean((pixels[:, :, 0] < 128) == (PLAIN[:, :, 0] < 128)) > 0.99


@pytest.mark.parametrize("ink", [0, 255])
def test_writing_on_nothing_stays_visible(tmp_path, ink):
    image = np.full((*PLAIN.shape[:2], 4), ink, np.uint8)
    image[:, :, 3] = 255 - PLAIN.min(axis=2)
    pixels = load(saved(tmp_path / "a.png", image)).pixels
    assert np.ptp(pixels) > 200 and abs(int(pixels[0, 0, 0]) - (255 - ink)) < 20


def test_the_camera_s_orientation_is_heeded(tmp_path):
    exif = Image.Exif()
    exif[274] = 6  # turned by 90 degrees
    path = saved(tmp_path / "a.png", np.rot90(PLAIN).copy(), exif=exif)
    assert np.array_equal(load(path).pixels, PLAIN)


@pytest.mark.parametrize("kind", ["jpg", "png"])
def test_large_pictures_are_scaled_down(tmp_path, kind):
    large = Image.fromarray(PLAIN).resize((2800, 2000), Image.Resampling.NEAREST)
    picture = load(saved(tmp_path / f"a.{kind}", large))
    height, width = picture.pixels.shape[:2]
    assert WORKED / 5 < height * width <= 1.01 * WORKED
    assert abs(picture.factor * width - 2800) <= picture.factor


def test_twenty_thousand_pixels_a_side_are_refused_without_decoding(tmp_path):
    def part(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    size = part(b"IHDR", struct.pack(">IIBBBBB", 20_000, 20_000, 8, 0, 0, 0, 0))
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + size + part(b"IDAT", b"") + part(b"IEND", b""))
    with pytest.raises(ClaimbookError, match="too large"):
        load(tmp_path / "a.png")


def test_files_that_are_no_pictures(tmp_path):
    for name, content in (("text.png", b"hello"), ("empty.png", b"")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ClaimbookError, match="is not an image"):
            load(tmp_path / name)
    with pytest.raises(UsageError, match="no file"):
        load(tmp_path / "nothing.png")
    with pytest.raises(UsageError, match="is a folder"):
        load(tmp_path)


@pytest.mark.parametrize("kind", ["png", "jpg", "gif", "tif", "bmp"])
def test_damaged_files_are_named(tmp_path, kind):
    path = saved(tmp_path / f"a.{kind}", PLAIN)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(ClaimbookError, match=r"is damaged|is not an image") as fault:
        load(path)
    assert str(path) in fault.value.what and fault.value.do


def test_small_pictures_are_refused(tmp_path):
    with pytest.raises(ClaimbookError, match="too small"):
        load(saved(tmp_path / "a.png", PLAIN[:8, :200]))


@pytest.mark.parametrize(
    "array", [PLAIN[:, :, 0], PLAIN[:, :, :1], PLAIN / 255, PLAIN[:, :, 0] > 128, PLAIN.astype("f4") / 255]
)
def test_arrays(array):
    pixels = as_picture(array).pixels
    assert pixels.shape == PLAIN.shape and np.array_equal(pixels[:, :, 0] < 128, PLAIN[:, :, 0] <= 128)


@pytest.mark.parametrize(
    "array",
    [3, np.zeros(50), np.zeros((50, 50, 2)), np.zeros((1, 50, 50, 3)), np.zeros((0, 50)), np.full((50, 50), 2.0),
     np.full((50, 50), np.nan), np.zeros((50, 50), int), np.array([["a"] * 50] * 50)],
)  # fmt: skip
def test_what_is_no_picture(array):
    with pytest.raises(UsageError):
        as_picture(array)


def test_a_library_that_fills_up_truncated_files_elsewhere_changes_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 90, 3), np.uint8)).save(tmp_path / "whole.png")
    (tmp_path / "cut.png").write_bytes((tmp_path / "whole.png").read_bytes()[:-4000])
    with pytest.raises(ClaimbookError, match="is damaged"):
        load(tmp_path / "cut.png")
    assert ImageFile.LOAD_TRUNCATED_IMAGES is True
