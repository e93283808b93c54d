"""The admin as a browser sees it: its pages' addresses, and their forms filled in by hand."""
from html.parser import HTMLParser

from django.db.models import Model
from django.test import Client
from django.urls import reverse


def admin_url(what: Model | type[Model], page: str) -> str:
    """The address of a page: `admin_url(Actual, "changelist")`, `admin_url(indicator, "change")`."""
    name = f"admin:{what._meta.app_label}_{what._meta.model_name}_{page}"
    return reverse(name, args=[what.pk] if isinstance(what, Model) else [])


class FormReader(HTMLParser):
    """Collects what a browser would send of the form with an id ending in `_form`; with_disabled adds what it only shows."""

    def __init__(self, *, with_disabled: bool = False):
        super().__init__()
        self.with_disabled = with_disabled
        self.values: dict[str, list[str]] = {}
        self.is_inside = False
        self.select: str | None = None
        self.area: str | None = None

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "form":
            self.is_inside = (found.get("id") or "").endswith("_form")
        if not self.is_inside or ("disabled" in found and not self.with_disabled):
            return
        name = found.get("name")
        if tag == "input" and name and self._is_sent(found):
            self.values.setdefault(name, []).append(found.get("value", "on" if found.get("type") == "checkbox" else "") or "")
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in found:
            self.values.setdefault(self.select, []).append(found.get("value") or "")
        elif tag == "textarea" and name:
            self.area, self.values[name] = name, [""]

    @staticmethod
    def _is_sent(found: dict) -> bool:
        kind = found.get("type", "text")
        return kind not in ("submit", "button", "file") and (kind not in ("checkbox", "radio") or "checked" in found)

    def handle_data(self, data):
        if self.area:
            self.values[self.area][0] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.is_inside = False
        elif tag == "select":
            self.select = None
        elif tag == "textarea" and self.area:
            self.values[self.area][0] = self.values[self.area][0].removeprefix("\n")
            self.area = None


def form_of(html: str) -> dict[str, list[str]]:
    """What the page's form would send as it stands."""
    reader = FormReader()
    reader.feed(html)
    return reader.values


def opened_form(client: Client, url: str) -> dict[str, list[str]]:
    """The form of a page that person opens."""
    response = client.get(url)
    assert response.status_code == 200, f"{url} answered {response.status_code}"
    return form_of(response.content.decode())


def save(client: Client, url: str, **changes):
    """Open the page, change these fields (None: send it no more), and save."""
    form = {**opened_form(client, url), **changes, "_save": "保存"}
    return client.post(url, {name: value for name, value in form.items() if value is not None})


def row_of(client: Client, url: str, fiscal_year: int) -> str:
    """The prefix of an indicator page's line for that year's actual: 「actuals-3」."""
    reader = FormReader(with_disabled=True)
    reader.feed(client.get(url).content.decode())
    lines = {name: value for name, value in reader.values.items() if name.startswith("actuals-") and name.endswith("-fiscal_year")}
    return next(name.removesuffix("-fiscal_year") for name, value in lines.items() if value == [str(fiscal_year)])
