"""The benchmark's table: what was measured, beside what, and whether the bar holds."""
from dataclasses import dataclass
from unicodedata import east_asian_width

COLUMNS = ("what", "measured", "reference", "ratio", "bar", "")


@dataclass(frozen=True)
class Row:
    """One line. `bar` is written as people say it; `is_met` is None where there is no bar."""

    what: str
    measured: str
    reference: str = ""
    ratio: float | None = None
    bar: str = ""
    is_met: bool | None = None

    def cells(self) -> tuple[str, ...]:
        verdict = {True: "pass", False: "MISSED", None: ""}[self.is_met]
        return self.what, self.measured, self.reference, "" if self.ratio is None else f"{self.ratio:.2f}×", self.bar, verdict


def at_least(what: str, measured: float, reference: float, bar: float, unit: str) -> Row:
    """A row whose measured figure should be no less than `bar` times the reference."""
    ratio = measured / reference
    return Row(what, f"{measured:,.0f} {unit}", f"{reference:,.0f} {unit}", ratio, f"≥ {bar}×", ratio >= bar)


def at_most(what: str, measured: float, reference: float, bar: float, unit: str = "ms") -> Row:
    """A row whose measured figure should be no more than `bar` times the reference."""
    ratio = measured / reference
    return Row(what, f"{measured:,.1f} {unit}", f"{reference:,.1f} {unit}", ratio, f"≤ {bar}×", ratio <= bar)


def no_more_than(what: str, measured: float, bar: float, unit: str, decimals: int = 0) -> Row:
    """A row with a bar of its own."""
    return Row(what, f"{measured:,.{decimals}f} {unit}".strip(), bar=f"≤ {bar:,g} {unit}".strip(), is_met=measured <= bar)


def width(text: str) -> int:
    """Columns on a terminal: full-width characters take two."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def padded(text: str, columns: int) -> str:
    return text + " " * (columns - width(text))


def table(rows: list[Row]) -> str:
    """All rows as text, columns aligned."""
    lines = [COLUMNS, *(row.cells() for row in rows)]
    widths = [max(width(line[column]) for line in lines) for column in range(len(COLUMNS))]
    texts = ["  ".join(padded(cell, columns) for cell, columns in zip(line, widths, strict=True)).rstrip() for line in lines]
    return "\n".join([texts[0], "-" * max(map(width, texts)), *texts[1:]])


def verdict(rows: list[Row]) -> str:
    held = [row.is_met for row in rows if row.is_met is not None]
    return f"{sum(held)} of {len(held)} bars held"
