"""What all Plotly figures of the product share: the locked configuration, colours by name, texts and the bare layout.

Colours and fonts are names of CSS variables; static/js/charts.js looks them up, so one figure serves both themes.
"""
from collections.abc import Iterable

# plotly.js offers to upload a figure's data: never here. Locked by a test. Its buttons are those named here and no others.
CONFIG = {
    "displaylogo": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "topojsonURL": "",
    "locale": "ja",
    "responsive": True,
    "scrollZoom": False,
    "doubleClick": False,
    "modeBarButtons": [["toImage"]],
}
TEXT, TEXT_2, TEXT_3 = "var(--c-text)", "var(--c-text-2)", "var(--c-text-3)"
SURFACE, GRID, LINE = "var(--c-surface)", "var(--ch-grid)", "var(--c-line-input)"
FONT, NUMBER_FONT = "var(--font-ui)", "var(--font-num)"
CLEAR = "rgba(0,0,0,0)"


def config(title: str) -> dict:
    """The configuration, and the file name of a saved picture."""
    return {**CONFIG, "toImageButtonOptions": {"format": "png", "scale": 2, "filename": title}}


def font(size: float, color: str = TEXT_2, family: str = FONT, weight: int = 400) -> dict:
    """A font; sizes in pixels."""
    return {"family": family, "size": size, "color": color, "weight": weight}


def base_layout(height: float, margin: dict[str, float], font_size: float) -> dict:
    """A layout without legend, zoom or moving parts; margins in pixels by side (l, r, t, b)."""
    return {
        "height": height,
        "margin": {**margin, "pad": 0, "autoexpand": False},
        "font": font(font_size),
        "paper_bgcolor": SURFACE,
        "plot_bgcolor": CLEAR,
        "showlegend": False,
        "dragmode": False,
        "hoverlabel": {"bgcolor": SURFACE, "bordercolor": LINE, "font": font(14, TEXT), "align": "left"},
        "modebar": {"bgcolor": SURFACE, "color": TEXT_3, "activecolor": TEXT},
    }


def note(text: str, x: float, y: float, text_font: dict, **more) -> dict:
    """A text at a place of the plot: 0 to 1 across and up."""
    place = {"x": x, "y": y, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "middle"}
    return {"text": plain(text), **place, "font": text_font, "showarrow": False, "borderpad": 0, **more}


def plain(text: str) -> str:
    """Plotly reads a little HTML in its texts: names are data, not markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;")


def hover_text(lines: Iterable[str]) -> str:
    """The lines of a hover label. No other tag than br: Plotly turns bold type into a style attribute, which the page's rules refuse."""
    return "<br>".join(plain(line) for line in lines)
