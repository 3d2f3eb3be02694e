"""The description of decoded images as prepared data."""

from engine.tasks.images import decoded_images
from engine.tasks.prepared_data import PreparedData, Usage


def _usage() -> Usage:
    usage = decoded_images.usage()
    return Usage(usage.files, usage.bytes)


DECODED = PreparedData(
    name="decoded",
    title="Decoded images",
    purpose="The first evaluation on a folder of images decodes them and keeps them for all "
    "searches, so that the others need not wait.",
    outdated="Those whose image files have changed since, or are gone",
    folder=lambda: str(decoded_images.folder()),
    usage=_usage,
    remove_outdated=decoded_images.remove_outdated,
    remove_all=decoded_images.remove_all,
)
