"""The XML inside .xlsx and .ods packages, read as a stream: no tree, no entities, and never more than a spreadsheet needs."""
import io
import posixpath
import zipfile
from collections.abc import Callable
from typing import IO
from xml.sax.handler import ContentHandler

from defusedxml.expatreader import DefusedExpatParser

from common.sheets import BROKEN, TOO_LARGE, SheetError, check_package
from importing.formats.grid import LOCKED
from importing.formats.limits import MAX_DEPTH, MAX_ELEMENTS, MAX_MARKUP_BYTES, MAX_XML_BYTES

CHUNK = 64 * 1024
IS_ENCRYPTED = 1


class Part(ContentHandler):
    """One XML part: `starts` and `ends` say what to do at an element, by its name without prefix.

    Whatever the prefix or namespace: strict and transitional files, and those of other programs, differ only there.
    """

    def __init__(self):
        super().__init__()
        self.starts: dict[str, Callable] = {}
        self.ends: dict[str, Callable] = {}
        self.events = 0
        self.depth = 0
        self._text: list[str] | None = None

    def startElement(self, name, attrs: dict[str, str]):
        self.events += 1
        self.depth += 1
        act = self.starts.get(name.rpartition(":")[2])
        if act:
            act(attrs)

    def endElement(self, name):
        self.depth -= 1
        act = self.ends.get(name.rpartition(":")[2])
        if act:
            act()

    def characters(self, content):
        if self._text is not None:
            self._text.append(content)

    def collect(self, attrs=None) -> None:
        """Begin to keep the text that follows."""
        self._text = []

    def collected(self) -> str:
        """The text since `collect`."""
        text, self._text = "".join(self._text or ()), None
        return text


class _Parser(DefusedExpatParser):
    """Lets expat hand the elements straight to the part: SAX's own object for each element's attributes makes reading a fifth longer."""

    def reset(self):
        super().reset()
        part = self.getContentHandler()
        self._parser.StartElementHandler, self._parser.EndElementHandler = part.startElement, part.endElement


class Package:
    """A zip of XML parts. Raises SheetError when it is none, is cut off, or would unpack to too much."""

    def __init__(self, data: bytes):
        check_package(data)
        self._zip = zipfile.ZipFile(io.BytesIO(data))
        self.names = frozenset(self._zip.namelist())
        self._bytes_left = MAX_XML_BYTES
        self._elements_left = MAX_ELEMENTS

    def read(self, path: str, part: Part) -> None:
        """Take one part through its reader. Raises SheetError when it is missing, broken or too large."""
        try:
            with self._open(path) as file:
                self._feed(file, part)
        except SheetError:
            raise
        except Exception as error:  # a broken file fails anywhere in zipfile, the XML parser or the part's reader
            raise SheetError(BROKEN) from error

    def relations(self, path: str) -> dict[str, tuple[str, str]]:
        """What a part refers to: id → (kind, path), the kind being the last word of its type. Empty when it refers to nothing."""
        folder, name = posixpath.split(path)
        listed = posixpath.join(folder, "_rels", f"{name}.rels")
        part = _Relations(folder)
        if listed in self.names:
            self.read(listed, part)
        return part.found

    def _open(self, path: str) -> IO[bytes]:
        entry = self._zip.getinfo(path)
        if entry.flag_bits & IS_ENCRYPTED:
            raise SheetError(LOCKED)
        # Other methods may ask for gigabytes before the first byte comes out; no spreadsheet uses them.
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise SheetError(BROKEN)
        return self._zip.open(entry)

    def _feed(self, file: IO[bytes], part: Part) -> None:
        parser = _Parser(forbid_dtd=True)
        parser.setContentHandler(part)
        silent_bytes = 0
        while chunk := file.read(CHUNK):
            before = part.events
            parser.feed(chunk)
            silent_bytes = 0 if part.events > before else silent_bytes + len(chunk)
            self._count(len(chunk), part.events - before)
            if part.depth > MAX_DEPTH or silent_bytes > MAX_MARKUP_BYTES:
                raise SheetError(TOO_LARGE)
        parser.close()

    def _count(self, read: int, elements: int) -> None:
        self._bytes_left -= read
        self._elements_left -= elements
        if self._bytes_left < 0 or self._elements_left < 0:
            raise SheetError(TOO_LARGE)


class _Relations(Part):
    def __init__(self, folder: str):
        super().__init__()
        self.found: dict[str, tuple[str, str]] = {}
        self._folder = folder
        self.starts = {"Relationship": self._relation}

    def _relation(self, attrs):
        path = posixpath.normpath(posixpath.join("/", self._folder, attrs.get("Target", "")))
        self.found[attrs["Id"]] = (posixpath.basename(attrs["Type"]), path.lstrip("/"))
