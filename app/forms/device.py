"""What latency is timed on, in words."""

from pathlib import Path

from engine.meters.conditions import processor


def latency_device(device: str, batch: int, threads: int | None, table: str) -> str:
    """A sentence on what latency is timed on, or which table it is read from."""
    if table:
        return f"Latency is read from {Path(table).name}, not measured."
    images = "one image" if batch == 1 else f"{batch} images"
    name = f" ({processor()})" if device == "cpu" else ""
    used = f"{threads} thread{'s'[: threads > 1]}" if threads else "all cores"
    cores = f" with {used}" if device == "cpu" else ""
    return (
        f"Latency is timed on the {device.upper()} of this machine{name}{cores}, {images} at a "
        "time, by one worker alone."
    )
