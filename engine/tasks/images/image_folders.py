"""Folders of images for other programs: one folder for each class, in the order of the classes."""

import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from engine.disk_errors import write_failure
from engine.errors import DataError
from engine.tasks.images.image_set import Split
from engine.tasks.images.validation_folders import Images

_FORBIDDEN = re.compile(r'[\x00-\x1f/\\:*?"<>|]')  # in names of files, on some system or other


def folder_names(classes: Sequence[str]) -> list[str]:
    """A name of a folder for each class: its number and its name, in the order of the classes."""
    digits = len(str(len(classes) - 1))
    return [f"{i:0{digits}}_{_FORBIDDEN.sub('-', name)}" for i, name in enumerate(classes)]


def write_arrays(split: Split, classes: Sequence[str], folder: Path) -> None:
    """Write images as PNG files into class folders in `folder`, which must not exist.

    Raises DataError for a folder that exists or cannot be written.
    """
    from PIL import Image

    def write(index: int, path: Path) -> None:
        Image.fromarray(split.images[index]).save(path.with_suffix(".png"), compress_level=1)

    digits = len(str(len(split)))
    names = folder_names(classes)
    files = [f"{names[label]}/{i:0{digits}}" for i, label in enumerate(split.labels)]
    _write(files, folder, write)


def link_files(images: Images, folder: Path) -> None:
    """Fill class folders in `folder`, which must not exist, with links to image files.

    Raises DataError for a folder that exists or cannot be written.
    """
    files = [f"{path.parent.name}/{path.name}" for path in images.paths]
    _write(files, folder, lambda index, path: path.symlink_to(images.paths[index].absolute()))


def _write(files: Sequence[str], folder: Path, write: Callable[[int, Path], None]) -> None:
    with _new_folder(folder) as unfinished:
        for name in {Path(file).parent for file in files}:
            (unfinished / name).mkdir(parents=True)
        for index, file in enumerate(files):
            write(index, unfinished / file)


@contextmanager
def _new_folder(folder: Path) -> Iterator[Path]:
    """A folder beside `folder` that takes its name at the end, and is removed after an error."""
    if folder.exists():
        raise DataError(f"{folder} exists already. Give another folder with --out.")
    unfinished = folder.with_name(f".{folder.name}.unfinished")  # kept if the process is killed
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        yield unfinished
        unfinished.rename(folder)
    except OSError as error:
        raise DataError(write_failure(error, "the images", folder)) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
