"""The process of a training: `python -m engine.training.elastic FOLDER NAME-OF-START`."""

import sys
from pathlib import Path

from engine.training.elastic.own_process import run_in_folder

if __name__ == "__main__":
    run_in_folder(Path(sys.argv[1]), sys.argv[2])
