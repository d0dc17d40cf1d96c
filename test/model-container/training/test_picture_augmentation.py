import struct
import zlib

import nibabel as nib
import numpy as np

from picture_augmentation import outline, png, pulled


def test_a_volume_is_pulled_from_where_the_matrix_says():
    values = np.random.default_rng(1).random((6, 7, 8)).astype(np.float32)
    shift = np.eye(4)
    shift[:3, 3] = 1, -2, 0
    out = pulled(nib.Nifti1Image(values, np.eye(4)), shift, (6, 7, 8))
    assert np.allclose(out[:5, 2:], values[1:, :5], atol=1e-5)
    assert np.abs(out[5]).max() < 1e-5 and np.abs(out[:, :2]).max() < 1e-5  # beyond the volume


def test_an_outline_is_every_edge_between_inside_and_outside():
    mask = np.zeros((4, 5), bool)
    mask[1, 2] = mask[1, 3] = True
    # By hand: left of column 2 and of column 4; above row 1 and above row 2, twice each.
    assert sorted(outline(mask).split("M")[1:]) == sorted(["2 1v1", "4 1v1", "2 1h1", "3 1h1", "2 2h1", "3 2h1"])
    assert outline(np.ones((1, 1), bool)).count("M") == 4  # at the picture's border too


def test_a_png_holds_the_pixels():
    grey = np.arange(12, dtype=np.uint8).reshape(3, 4)
    data = png(grey)
    assert data[:8] == b"\x89PNG\r\n\x1a\n" and data[12:16] == b"IHDR"
    assert struct.unpack(">IIBB", data[16:26]) == (4, 3, 8, 0)
    at = data.index(b"IDAT")
    rows = zlib.decompress(data[at + 4 : at + 4 + struct.unpack(">I", data[at - 4 : at])[0]])
    assert rows == b"".join(b"\0" + bytes(row) for row in grey)
    assert struct.unpack(">I", data[29:33])[0] == zlib.crc32(data[12:29])
