"""Walks the site as one reader: every link, and every address that can be filled, with the words of whatever comes back, files included."""
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from html import unescape
from itertools import product
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from django.test import Client

from tests.paper_files import Pdf, plain
from tests.test_urls_by_role import PARAMETER, site_addresses

HREF = re.compile(r"""(?:href|src|action)=["']([^"']+)["']""")
MARKUP = re.compile(r"<[^>]*>")
SITE = "http://testserver"
# What every reader is sent alike; and papers of which the docx, or the whole pack, says the same.
LEFT_OUT = re.compile(r"/static/|/admin/jsi18n/|/accounts/sign-in/\?|.*/papers/(measures|meetings)/.*\.(pdf|xlsx)|.*/papers/.*\?year=202[23]")


def fillable(values: Mapping[str, Iterable], fits: Callable[[dict], bool]) -> list[str]:
    """Every address of the site that those values fill, in every combination that fits together."""
    found = []
    for address in site_addresses():
        names = PARAMETER.findall(address.route)
        if all(name in values for name in names):
            chosen = (dict(zip(names, each, strict=True)) for each in product(*(values[name] for name in names)))
            found += [_filled(address.route, each) for each in chosen if fits(each)]
    return [address for address in found if not LEFT_OUT.match(address)]


def _filled(route: str, chosen: Mapping[str, object]) -> str:
    return "/" + PARAMETER.sub(lambda parameter: str(chosen[parameter[1]]), route)


class Crawl:
    """What one reader is sent. `pages` holds the letters of each answer by its address; errors and refusals are answers too."""

    def __init__(self, client: Client, begins: Iterable[str]):
        self.client, self.pages = client, {}
        waiting = list(dict.fromkeys(begins))
        while waiting:
            address = waiting.pop()
            if address not in self.pages:
                waiting += self._open(address)

    def _open(self, address: str) -> list[str]:
        """Keep what is answered there; the links on it."""
        response = self.client.get(address)
        data, kind = b"".join(response) if response.streaming else response.content, response.headers.get("Content-Type", "")
        self.pages[address] = plain(letters_of(data, kind) + unquote(response.headers.get("Content-Disposition", "")))
        found = HREF.findall(data.decode("utf-8", "replace")) if "html" in kind else []
        return [link for each in [*found, response.headers.get("Location", "")] if (link := _link(address, each))]

    def where(self, *traces: str) -> list[str]:
        """The addresses at which one of those texts is met."""
        wanted = [plain(trace) for trace in traces]
        return sorted(address for address, text in self.pages.items() if any(trace in text for trace in wanted))


def _link(address: str, href: str) -> str:
    """The address of the site a link leads to; empty for others."""
    if not href or href.startswith(("#", "mailto:", "data:")):
        return ""
    there = urldefrag(urljoin(SITE + address, unescape(href)))[0]
    parts = urlsplit(there)
    # The admin's lists are the same rows in every order and filter.
    found = parts.path + (f"?{parts.query}" if parts.query and not parts.path.startswith("/admin/") else "")
    return found if f"{parts.scheme}://{parts.netloc}" == SITE and not LEFT_OUT.match(found) else ""


def letters_of(data: bytes, kind: str) -> str:
    """What can be read in an answer: the text of pages and of files, with what stands in attributes, addresses and packed parts."""
    if data.startswith(b"%PDF"):
        pdf = Pdf(data)
        return pdf.text + pdf.title
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return "".join(letters_of(packed.read(name), "xml") for name in packed.namelist())
    text = data.decode("utf-8", "replace")
    if "json" in kind:
        return json.dumps(json.loads(text), ensure_ascii=False)
    return unescape(text) + unquote("".join(HREF.findall(text))) + unescape(MARKUP.sub("", text))
