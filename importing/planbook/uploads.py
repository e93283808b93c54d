"""Uploaded 計画ワークブック between preview and taking in: kept for a day, for the person who sent them, under names nobody can guess."""
from dataclasses import asdict, dataclass
from datetime import timedelta
from uuid import uuid4

from django.core import signing
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import User
from collecting.private_files import private_storage
from common.sheets import SheetError

FOLDER = "plan-books"
SALT = "plan-book"
KEPT_FOR = timedelta(days=1)
GONE = "確認してから1日がたったか、すでに取り込んだファイルです。もう一度ファイルを選んでください。"
FILE_NAME_CHARACTERS = 100


@dataclass(frozen=True)
class KeptFile:
    """One stored upload: where it lies, what it was called, whose it is."""

    name: str
    file_name: str
    user: int

    def token(self, **facts: str) -> str:
        """What a page hands on: signed, so that nobody can name another file."""
        return signing.dumps({**asdict(self), **facts}, salt=SALT)

    def data(self) -> bytes:
        """Its bytes. Raises SheetError once it is gone."""
        try:
            with private_storage().open(self.name) as file:
                return file.read()
        except FileNotFoundError as error:
            raise SheetError(GONE) from error

    def forget(self) -> None:
        private_storage().delete(self.name)


def keep(data: bytes, file_name: str, by: User) -> KeptFile:
    """Store an upload; what is older than a day goes."""
    _clear()
    name = private_storage().save(f"{FOLDER}/{uuid4().hex}", ContentFile(data))
    return KeptFile(name, file_name[:FILE_NAME_CHARACTERS], by.pk)


def kept_file(token: str, by: User) -> tuple[KeptFile, dict[str, str]]:
    """The file a token names and the other facts in it. Raises SheetError when it is old, changed, or another person's."""
    try:
        facts = signing.loads(token, salt=SALT, max_age=KEPT_FOR)
    except signing.BadSignature as error:
        raise SheetError(GONE) from error
    kept = KeptFile(facts.pop("name"), facts.pop("file_name"), facts.pop("user"))
    if kept.user != by.pk:
        raise SheetError(GONE)
    return kept, facts


def _clear() -> None:
    storage = private_storage()
    if not storage.exists(FOLDER):
        return
    for name in storage.listdir(FOLDER)[1]:
        if timezone.now() - storage.get_modified_time(f"{FOLDER}/{name}") > KEPT_FOR:
            storage.delete(f"{FOLDER}/{name}")
