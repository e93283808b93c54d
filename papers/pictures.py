"""Charts as PNG for writers that take no SVG: typst, which sets the PDF, draws them too."""
from papers.glyphs import printable
from papers.typesetting import typeset

PIXELS_PER_INCH = 170


def pictures_of(drawings: list[str]) -> list[bytes]:
    """Each SVG as a PNG file, in order. Raises TypesettingError."""
    if not drawings:
        return []
    return typeset("pictures.typ", {"drawings": [printable(svg) for svg in drawings]}, format="png", ppi=PIXELS_PER_INCH)
