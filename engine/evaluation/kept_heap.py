"""The heap of a worker process, in which the memory that a layer frees stays for later layers.

`malloc` of glibc returns large blocks to the system when they are freed. The system clears them,
page by page, when they are allocated again, which takes up to a third of the time of a calibration.
"""

import ctypes
import platform

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # parameters of `mallopt`, as in malloc.h
_MOST_KEPT = 1 << 30  # bytes at the end of the heap
_LARGEST_KEPT = 32 << 20  # bytes of a block: glibc accepts no more


def keep_heap() -> None:
    """Keep up to 1 GB of freed memory in this process, of blocks up to 32 MB.

    Another C library than glibc stays as it is.
    """
    if platform.libc_ver()[0] != "glibc":
        return
    library = ctypes.CDLL(None)
    for parameter, value in ((_TRIM_THRESHOLD, _MOST_KEPT), (_MMAP_THRESHOLD, _LARGEST_KEPT)):
        library.mallopt(parameter, value)
