"""Write the handwritten digits that come with scikit-learn as folders of images.

`digits/train/7/0012.png` is an image of a seven; a fifth of each class validates, a fifth tests.
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits

FOLDER = Path(__file__).parent / "digits"


def main() -> None:
    """Write the images into the folder that is given, or beside this file."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    digits = load_digits()
    parts = np.random.default_rng(0).choice(
        ["train", "val", "test"], size=len(digits.target), p=[0.6, 0.2, 0.2]
    )
    for number, (pixels, digit) in enumerate(zip(digits.images, digits.target, strict=True)):
        place = folder / parts[number] / str(digit)
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray((pixels * 15.9375).astype(np.uint8)).save(place / f"{number:04d}.png")
    print(f"{len(digits.target)} images in {folder}")


if __name__ == "__main__":
    main()
