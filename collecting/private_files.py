"""Where uploaded files lie: beside the database, outside everything a web server hands out."""
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage


class PrivateStorage(FileSystemStorage):
    """Files in PRIVATE_ROOT, which is read anew at each use, so that tests and installations may move the folder."""

    def __init__(self):
        super().__init__(file_permissions_mode=0o600, directory_permissions_mode=0o700)

    @property
    def base_location(self) -> Path:
        return settings.PRIVATE_ROOT

    @property
    def location(self) -> str:
        return str(self.base_location)


def private_storage() -> FileSystemStorage:
    """The storage of every uploaded file. Migrations know it by this name."""
    return PrivateStorage()
