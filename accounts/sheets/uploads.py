"""Uploaded files between preview and confirmation: kept under names nobody can guess, for the person who sent them."""
import re
import time
from pathlib import Path
from uuid import uuid4

from django import forms
from django.conf import settings
from django.core import signing
from import_export.tmp_storages import BaseStorage

from accounts.sheets.resource import FILE_NAME_CHARACTERS, REASON_CHARACTERS
from common.sheets import MAX_BYTES, Sheet, SheetError, read_sheet

KEPT_SECONDS = 60 * 60
NAME = re.compile(r"^[0-9a-f]{32}$")
# What 「ファイル取込 name：reason」 leaves to the reason.
OWN_REASON_CHARACTERS = REASON_CHARACTERS - FILE_NAME_CHARACTERS - len("ファイル取込 ：")
GONE = "確認してから時間がたったか、すでに取り込んだファイルです。もう一度ファイルを選んでください。"


class UploadStorage(BaseStorage):
    """A folder that only this process's account reads; what is older than an hour goes with the next upload."""

    def save(self, data: bytes) -> None:
        folder = self._folder()
        for old in folder.iterdir():
            if time.time() - old.stat().st_mtime > KEPT_SECONDS:
                old.unlink(missing_ok=True)
        self.name = uuid4().hex
        (folder / self.name).write_bytes(data)

    def read(self) -> bytes:
        """The stored file. Raises SheetError once it is gone."""
        try:
            return self._path().read_bytes()
        except FileNotFoundError as error:
            raise SheetError(GONE) from error

    def remove(self) -> None:
        self._path().unlink(missing_ok=True)

    def _path(self) -> Path:
        if not NAME.match(self.name or ""):
            raise SheetError(GONE)
        return self._folder() / self.name

    @staticmethod
    def _folder() -> Path:
        folder = settings.BASE_DIR / "var" / "uploads"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder


class UploadForm(forms.Form):
    """The file and why it changes what it changes. A readable file is cleaned_data["sheet"]."""

    import_file = forms.FileField(
        label="ファイル",
        help_text="Excel（.xlsx）か CSV。1行目は見出しにします。",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={
            "required": "ファイルを選んでください。",
            "missing": "ファイルを選んでください。",
            "invalid": "ファイルを選んでください。",
            "empty": "ファイルが空です。見出しとデータの行があるファイルを選んでください。",
            "max_length": "ファイルの名前が長すぎます。短くしてから選んでください。",
        },
        max_length=150,
    )
    reason = forms.CharField(
        label="変更の理由",
        required=False,
        max_length=OWN_REASON_CHARACTERS,
        help_text="変更の履歴に残ります。確認済みの値や公表済みの年度の値を変えるときは、必ず書いてください。",
    )

    def clean_import_file(self):
        upload = self.cleaned_data["import_file"]
        if upload.size > MAX_BYTES:
            raise forms.ValidationError("ファイルが10MBを超えています。行を分けて、いくつかのファイルにしてください。")
        try:
            self.cleaned_data["sheet"] = read_sheet(upload.read())
        except SheetError as error:
            raise forms.ValidationError(str(error)) from error
        return upload


class ConfirmForm(forms.Form):
    """What was previewed, in one signed field: nobody can name another file, another table or another person's upload."""

    upload = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, salt: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.salt = f"import:{salt}"

    def signed(self, **facts: str) -> str:
        return signing.dumps(facts, salt=self.salt)

    def clean_upload(self) -> dict[str, str]:
        try:
            return signing.loads(self.cleaned_data["upload"], salt=self.salt, max_age=KEPT_SECONDS)
        except signing.BadSignature as error:
            raise forms.ValidationError(GONE) from error

    def sheet(self) -> Sheet:
        """The stored file, read again. Raises SheetError once it is gone."""
        return read_sheet(self.storage().read())

    def storage(self) -> UploadStorage:
        return UploadStorage(name=self.cleaned_data["upload"]["name"])
