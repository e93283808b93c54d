"""The preview of a batch as plain text, for the command line: the same lines as the page, without those that change nothing."""
from collections.abc import Iterator

from common.fiscal import era_short
from importing.lines import Line
from importing.models import ImportBatch, ImportFile
from importing.stages import kept_lines
from importing.vocabulary import ChangeKind


def preview_text(batch: ImportBatch) -> str:
    """Files, counts, then one line a value, errors first."""
    files = list(batch.files.all())
    lines = (line for line in kept_lines(batch.preview) if line.kind is not ChangeKind.SAME and line.place)
    counted = f"追加 {batch.added}件・変更 {batch.changed}件・変更なし {batch.unchanged}件・エラー {batch.errors}件"
    return "\n".join([str(batch), *map(_file_text, files), counted, *(text for line in lines for text in _texts(line, files))])


def _file_text(file: ImportFile) -> str:
    notes = "".join(f"\n    {note}" for note in file.notes)
    return f"  {file.name}：{file.problem}" if file.problem else f"  {file.name}：{file.form}、{file.values}件の値{notes}"


def _texts(line: Line, files: list[ImportFile]) -> Iterator[str]:
    year = f" {era_short(line.fiscal_year)}" if line.fiscal_year else ""
    where = f"{files[line.file].name} {line.place}" if len(files) > 1 else line.place
    unit = f"（{line.unit}）" if line.unit else ""
    yield f"[{line.kind.label}] {where}  {f'{line.code} {line.name}'.strip()}{year}{unit}: {line.old or '―'} → {line.new or '―'}"
    yield from (f"    {text}" for text in (line.text, line.remedy, *line.warnings, *line.remarks) if text)
