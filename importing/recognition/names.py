"""Which indicator a row is about, by its 番号, 内訳 and 指標名 in whatever spelling. A near-miss is asked about, never taken. Pure."""
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from importing.records import KnownIndicator, KnownPlan
from importing.values.reading import excerpt
from importing.values.spelling import folded

DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−ー─"), "-")
NOT_A_LETTER = re.compile(r"[\W_]+")
NOTHING_WRITTEN = ("", "-")
# Looking for near names is slow; after that many different ones a file is about something else.
MOST_SUGGESTIONS = 200
LONGEST_NAME = 300
NEAR = 0.6
MOST_NAMED = 8

UNKNOWN_NAME = "{name}という指標は、この計画にありません。"
UNKNOWN_CODE = "番号{code}の指標は、この計画にありません。"
PERHAPS = "もしかして {names} ですか。"
WRITE_CODE = "指標名を計画のとおりに直すか、「番号」の列に番号を書いてください。"
WRITE_THIS_CODE = "指標名を直すか、「番号」の列に {code} を書いてください。"
WRITE_KNOWN_CODE = "計画にある番号に直してください。例: {code}"
NAME_SAYS = "指標名からは {code} です。番号を確かめてください。"
CONTRADICTION = "番号は「{coded}」、指標名は「{named}」の指標で、合いません。"
MEND_ONE = "番号か指標名の、違っている方を直してください。"
AMBIGUOUS = "{written}に当たる指標が{count}つあり、どれか分かりません。"
WHICH = "「内訳」の列に、{parts} のどれかを書いてください。"
WHICH_CODE = "「番号」の列に、{parts} のどれかを書いてください。"
UNKNOWN_PART = "{code} に、内訳{part}はありません。"
OTHER_NAME = "番号では「{label}」ですが、指標名が{name}になっています。同じ指標か、確かめてください。"
NO_PARTS = "{code} に内訳{part}はありません。{code} の値として読みました。"


@dataclass(frozen=True)
class Match:
    """The indicator, or the Japanese problem why it cannot be told and its remedy. `warning` is a doubt about a match."""

    indicator: KnownIndicator | None = None
    problem: str = ""
    remedy: str = ""
    warning: str = ""
    is_about_code: bool = False


@lru_cache(maxsize=8192)
def name_key(text: str) -> str:
    """What two spellings of one name have in common: letters and digits, without width, spaces, brackets and middle dots."""
    return NOT_A_LETTER.sub("", unicodedata.normalize("NFKC", folded(text)).casefold())


@lru_cache(maxsize=8192)
def code_key(text: str) -> str:
    """「１－３－４」「1ー3ー4」 are 1-3-4. Empty for a lone dash."""
    plain = unicodedata.normalize("NFKC", folded(text).translate(DASHES)).replace(" ", "").casefold()
    return "" if plain in NOTHING_WRITTEN else plain


def label_of(indicator: KnownIndicator) -> str:
    """「醸造用ブドウ栽培戸数・面積（面積）」, by the first of its names."""
    name = indicator.names[0] if indicator.names else indicator.code
    ending = f"（{indicator.breakdown}）"
    return name if not indicator.breakdown or name.endswith(ending) else name + ending


def key_of(indicator: KnownIndicator) -> str:
    """「1-3-4 面積」."""
    return f"{indicator.code} {indicator.breakdown}".strip()


class Names:
    """The indicators of a plan by everything people call them. Answers are kept: the same name comes back in every row."""

    def __init__(self, plan: KnownPlan):
        self.indicators = plan.indicators
        self.by_code: dict[str, list[KnownIndicator]] = defaultdict(list)
        self.by_name: dict[str, list[KnownIndicator]] = defaultdict(list)
        self.answers: dict[tuple[str, str, str], Match] = {}
        self.suggested = 0
        for indicator in plan.indicators:
            for key in {code_key(indicator.code), code_key(indicator.code + indicator.breakdown), code_key(f"{indicator.code}({indicator.breakdown})")}:
                self.by_code[key].append(indicator)
            for key in _name_keys(indicator):
                self.by_name[key].append(indicator)

    def knows_code(self, text: str) -> bool:
        return bool(code_key(text)) and code_key(text) in self.by_code

    def knows_name(self, text: str) -> bool:
        return bool(name_key(text)) and name_key(text) in self.by_name

    def find(self, code: str = "", breakdown: str = "", name: str = "") -> Match:
        """The indicator of a row with these cells, each as written and perhaps empty."""
        asked = (code, breakdown, name)
        if asked not in self.answers:
            part = "" if code_key(breakdown) == "" else breakdown
            self.answers[asked] = self._found(code, part, name)
        return self.answers[asked]

    def _found(self, code: str, part: str, name: str) -> Match:
        coded = self.by_code.get(code_key(code), []) if code_key(code) else []
        named = self._named(name, part)
        if code_key(code) and not coded:
            return self._unknown_code(code, named)
        if not coded and not named:
            return self._unknown_name(name)
        both = [indicator for indicator in coded if indicator in named]
        if coded and named and not both:
            return _contradiction(coded, named)
        return self._narrowed(both or coded or named, code, part, name)

    def _named(self, name: str, part: str) -> list[KnownIndicator]:
        key = name_key(name)
        return (self.by_name.get(key) or self.by_name.get(key + name_key(part)) or []) if key else []

    def _narrowed(self, candidates: list[KnownIndicator], code: str, part: str, name: str) -> Match:
        has_parts = any(indicator.breakdown for indicator in candidates)
        # Where there is no column of breakdowns, the name may be the breakdown: 「1-3-4 | 面積」.
        wanted = name_key(part) or (name_key(name) if len(candidates) > 1 else "")
        fitting = [indicator for indicator in candidates if indicator.breakdown and name_key(indicator.breakdown) == wanted]
        if part and has_parts and not fitting:
            return _unknown_part(candidates, part)
        left = fitting or (_wholes(candidates) if code_key(code) and not part else []) or candidates
        if len(left) > 1:
            return _ambiguous(left, name or code)
        return Match(left[0], warning=self._doubt(left[0], code, part, name))

    def _doubt(self, indicator: KnownIndicator, code: str, part: str, name: str) -> str:
        if part and not indicator.breakdown:
            return NO_PARTS.format(code=indicator.code, part=excerpt(part))
        key = name_key(name)
        if not code_key(code) or not key or any(key in known or known in key for known in {*_name_keys(indicator), name_key(indicator.breakdown)} if known):
            return ""
        near = len(key) <= LONGEST_NAME and get_close_matches(key, _name_keys(indicator), 1, NEAR)
        return "" if near else OTHER_NAME.format(label=label_of(indicator), name=excerpt(folded(name)))

    def _unknown_code(self, code: str, named: list[KnownIndicator]) -> Match:
        remedy = NAME_SAYS.format(code=_listed(map(key_of, named))) if named else ""
        example = self.indicators[0].code if self.indicators else "1-1-1"
        return Match(problem=UNKNOWN_CODE.format(code=excerpt(folded(code))), remedy=remedy or WRITE_KNOWN_CODE.format(code=example), is_about_code=True)

    def _unknown_name(self, name: str) -> Match:
        near = self._near(name_key(name))
        written = UNKNOWN_NAME.format(name=excerpt(folded(name)))
        if not near:
            return Match(problem=written, remedy=WRITE_CODE)
        perhaps = PERHAPS.format(names=" か ".join(dict.fromkeys(map(label_of, near))))
        return Match(problem=written + perhaps, remedy=WRITE_THIS_CODE.format(code=" か ".join(dict.fromkeys(indicator.code for indicator in near))))

    def _near(self, key: str) -> list[KnownIndicator]:
        """At most two indicators whose name is nearly that one."""
        self.suggested += 1
        if not key or len(key) > LONGEST_NAME or self.suggested > MOST_SUGGESTIONS:
            return []
        found = (self.by_name[near][0] for near in get_close_matches(key, self.by_name, 3, NEAR))
        return list(dict.fromkeys(found))[:2]


def _name_keys(indicator: KnownIndicator) -> set[str]:
    plain = {name_key(name) for name in indicator.names} - {""}
    return plain | {key + name_key(indicator.breakdown) for key in plain}


def _wholes(candidates: list[KnownIndicator]) -> list[KnownIndicator]:
    """Those that are no part of another: what a number alone means where the plan has the total as well as its parts."""
    return [indicator for indicator in candidates if not indicator.breakdown]


def _contradiction(coded: list[KnownIndicator], named: list[KnownIndicator]) -> Match:
    return Match(problem=CONTRADICTION.format(coded=label_of(coded[0]), named=label_of(named[0])), remedy=MEND_ONE)


def _unknown_part(candidates: list[KnownIndicator], part: str) -> Match:
    problem = UNKNOWN_PART.format(code=candidates[0].code, part=excerpt(folded(part)))
    return Match(problem=problem, remedy=WHICH.format(parts=_listed(indicator.breakdown for indicator in candidates)))


def _ambiguous(left: list[KnownIndicator], written: str) -> Match:
    problem = AMBIGUOUS.format(written=excerpt(folded(written)), count=len(left))
    is_one_code = len({indicator.code for indicator in left}) == 1 and all(indicator.breakdown for indicator in left)
    remedy = WHICH.format(parts=_listed(indicator.breakdown for indicator in left)) if is_one_code else WHICH_CODE.format(parts=_listed(map(key_of, left)))
    return Match(problem=problem, remedy=remedy)


def _listed(names: Iterable[str]) -> str:
    return "・".join(_cut(dict.fromkeys(names)))


def _cut(names: Iterable[str]) -> Iterator[str]:
    for count, name in enumerate(names):
        if count == MOST_NAMED:
            yield "ほか"
            return
        yield name
