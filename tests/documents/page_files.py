"""Files that pages take for granted, written into the folder of a page."""

import shutil
from pathlib import Path

import numpy as np
from PIL import Image

from tests.documents.page_blocks import ROOT

_VALIDATION = ROOT / "engine/supernets/builtin/fashion_mnist_data/validation.npz"


def examples(folder: Path) -> None:
    """The examples, as in the root of the repository: building a package writes beside it."""
    left_out = shutil.ignore_patterns("__pycache__", "build", "*.egg-info")
    shutil.copytree(ROOT / "examples", folder / "examples", ignore=left_out)


def images(folder: Path) -> None:
    """`my-network/photo.jpg`, a folder of `photos` and class folders of `images` beside it.

    They are validation images of the built-in supernet.
    """
    with np.load(_VALIDATION) as data:
        pixels, labels = data["images"], data["labels"]
    for label in range(10):
        path = folder / "images" / str(label) / "0.png"
        path.parent.mkdir(parents=True)
        Image.fromarray(pixels[labels == label][0]).save(path)
    (folder / "photos").mkdir()
    for place in ("photo.jpg", "photos/one.jpg"):
        Image.fromarray(pixels[0]).save(folder / place)
