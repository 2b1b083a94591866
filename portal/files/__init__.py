"""Photos: checked, turned upright, stripped of everything but the picture (EXIF, GPS), kept in several sizes."""

from portal.files.models import Photo
from portal.files.service import (
    MAX_BYTES,
    MAX_PHOTOS,
    attach_photos,
    hide_photos,
    photos_of,
    prepare,
    prepare_all,
    read,
    remove_photos,
    take_over,
    use_folder,
)

__all__ = [
    "MAX_BYTES",
    "MAX_PHOTOS",
    "Photo",
    "attach_photos",
    "hide_photos",
    "photos_of",
    "prepare",
    "prepare_all",
    "read",
    "remove_photos",
    "take_over",
    "use_folder",
]
