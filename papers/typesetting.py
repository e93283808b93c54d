"""Hands a typst template and its data to papers/typst_child.py and takes the finished files back."""
import json
import subprocess
import sys
from base64 import b64decode
from typing import Any

from django.conf import settings

from papers.glyphs import FONTS

SOURCES = settings.BASE_DIR / "templates" / "papers"
CHILD_SECONDS = 60


class TypesettingError(RuntimeError):
    """The template and the data do not fit, or typesetting took too long. The text is typst's."""


def typeset(template: str, data: dict[str, Any], **options: Any) -> list[bytes]:
    """The files typst makes of the template (in templates/papers/), which finds the data as JSON under sys.inputs.data.

    `options` are those of typst's `compile` (format, ppi, pdf_standards, timestamp in seconds). Raises TypesettingError.
    """
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    job = {"source": str(SOURCES / template), "root": str(SOURCES), "fonts": str(FONTS), "inputs": inputs, "options": options}
    try:
        child = subprocess.run(
            [sys.executable, "-m", "papers.typst_child"],
            input=json.dumps(job).encode(),
            capture_output=True,
            cwd=settings.BASE_DIR,
            env={},
            timeout=CHILD_SECONDS,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        raise TypesettingError(error.stderr.decode(errors="replace")[-2000:]) from error
    except subprocess.TimeoutExpired as error:
        raise TypesettingError(f"{template}: {CHILD_SECONDS} s") from error
    return [b64decode(file) for file in json.loads(child.stdout)]
