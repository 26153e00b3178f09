"""Random statements from the descriptions of the grammar in `grammar/*.grammar`.

    rule = alternative | alternative ;        # a comment
    UPPER 'text'   a token, written as it is ('' is none)       lower   another rule
    X? X* X+ (…)   as usual                         X % ','       a list with a separator
    A ~ B          no white space between           5: …          an alternative that counts five times
    [area] …       an alternative that is there only when this area is asked for

Rules without a definition are tokens that `vocabulary.py` makes. A description may allow what the reference refuses: what
counts is that both sides say the same. Choices depend on the random source alone, so a seed gives the same text always.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import vocabulary

HERE = Path(__file__).resolve().parent
# When a statement has this many tokens already, only the shortest ways to its end are taken.
TOKENS_MAX = 250
GLUE = "\0"


@dataclass(eq=False)
class Item:
    """A part of a rule; `height` says how many rules deep its shortest text is."""

    height: int = field(default=0, init=False)


@dataclass(eq=False)
class Text(Item):
    text: str


@dataclass(eq=False)
class Name(Item):
    name: str


@dataclass(eq=False)
class Sequence(Item):
    items: tuple[Item, ...]


@dataclass(eq=False)
class Choice(Item):
    options: tuple[Item, ...]
    weights: tuple[int, ...]


@dataclass(eq=False)
class Repeat(Item):
    item: Item
    least: int
    most: int
    separator: Item | None = None


class Grammar:
    def __init__(self, areas: set[str]) -> None:
        self._rules: dict[str, Item] = {}
        for path in sorted((HERE / "grammar").glob("*.grammar")):
            self._rules |= _Reader(path, areas).rules()
        self._measure()

    def generate(self, rule: str, random: Random, depth: int) -> list[str]:
        """The tokens of a random text; `GLUE` between two says that nothing may stand between them."""
        tokens: list[str] = []
        self._write(Name(rule), random, depth, tokens)
        return tokens

    def _write(self, item: Item, random: Random, depth: int, out: list[str]) -> None:
        if len(out) > TOKENS_MAX:
            depth = 0
        match item:
            case Text(text):
                if text:
                    out.append(text)
            case Name(name) if name in self._rules:
                self._write(self._rules[name], random, depth - 1, out)
            case Name(name):
                out.append(vocabulary.token(name, random))
            case Sequence(items):
                for one in items:
                    self._write(one, random, depth, out)
            case Choice(options, weights):
                most = max(item.height, depth)
                fitting = [weight if option.height <= most else 0 for option, weight in zip(options, weights, strict=True)]
                self._write(random.choices(options, fitting)[0], random, depth, out)
            case Repeat(inner, least, most, separator):
                count = least
                while count < most and depth > inner.height and random.random() < (0.4 if most == 1 else 0.35):
                    count += 1
                for number in range(count):
                    if number and separator:
                        self._write(separator, random, depth, out)
                    self._write(inner, random, depth, out)

    def _measure(self) -> None:
        """Sets all heights, from the leaves up: nothing is known at first, and each round may learn of lower ones."""
        unknown = 1_000_000
        heights = dict.fromkeys(self._rules, unknown)

        def measure(item: Item) -> int:
            match item:
                case Text():
                    item.height = 0
                case Name(name) if name not in heights and name not in vocabulary.KINDS:
                    raise ValueError(f"the grammar names `{name}`, which is neither a rule nor a kind of token")
                case Name(name):
                    item.height = heights.get(name, 0)
                case Sequence(items):
                    item.height = max(map(measure, items), default=0)
                case Choice(options):
                    item.height = min([measure(option) for option in options])
                case Repeat(inner, least, _, separator):
                    height = measure(inner)
                    item.height = height if least else 0
                    if separator:
                        measure(separator)
            return item.height

        before = None
        while before != heights:
            before = dict(heights)
            for name, item in self._rules.items():
                heights[name] = min(measure(item) + 1, unknown)
        endless = [name for name, height in heights.items() if height == unknown]
        if endless:
            raise ValueError(f"rules without an end: {', '.join(endless)}")


_TOKEN = re.compile(r"\s+|#[^\n]*|(?P<token>'[^']*'|\d+:|\[\w+\]|[A-Za-z_][A-Za-z_0-9]*|[=|;()?*+%~])")


class _Reader:
    """Reads one file of rules."""

    def __init__(self, path: Path, areas: set[str]) -> None:
        self._areas = areas
        self._path = path
        text = path.read_text()
        self._tokens: list[str] = []
        place = 0
        while place < len(text):
            found = _TOKEN.match(text, place)
            if not found:
                raise ValueError(f"{path.name}: cannot read {text[place:place + 30]!r}")
            if found["token"]:
                self._tokens.append(found["token"])
            place = found.end()
        self._at = 0

    def rules(self) -> dict[str, Item]:
        made: dict[str, Item] = {}
        while self._at < len(self._tokens):
            name = self._next()
            self._expect("=")
            made[name] = self._choice()
            self._expect(";")
        return made

    def _choice(self) -> Item:
        options, weights = [], []
        while True:
            weight, is_wanted = 1, True
            while self._peek() and (self._peek()[0] == "[" or self._peek()[0].isdigit()):
                mark = self._next()
                if mark[0] == "[":
                    is_wanted = mark[1:-1] in self._areas
                else:
                    weight = int(mark[:-1])
            option = self._sequence()
            if is_wanted:
                options.append(option)
                weights.append(weight)
            if self._peek() != "|":
                break
            self._next()
        return options[0] if len(options) == 1 else Choice(tuple(options), tuple(weights))

    def _sequence(self) -> Item:
        items = []
        while self._peek() not in ("|", ";", ")", None):
            items.append(self._repeated())
        return items[0] if len(items) == 1 else Sequence(tuple(items))

    def _repeated(self) -> Item:
        item = self._single()
        while self._peek() in ("?", "*", "+", "%"):
            mark = self._next()
            least, most = {"?": (0, 1), "*": (0, 4), "+": (1, 4), "%": (1, 4)}[mark]
            item = Repeat(item, least, most, self._single() if mark == "%" else None)
        return item

    def _single(self) -> Item:
        token = self._next()
        if token == "(":
            inner = self._choice()
            self._expect(")")
            return inner
        if token == "~":
            return Text(GLUE)
        if token[0] == "'":
            return Text(token[1:-1])
        return Text(token) if token.isupper() else Name(token)

    def _peek(self) -> str | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _next(self) -> str:
        token = self._peek()
        if token is None:
            raise ValueError(f"{self._path.name}: ends within a rule")
        self._at += 1
        return token

    def _expect(self, wanted: str) -> None:
        token = self._next()
        if token != wanted:
            raise ValueError(f"{self._path.name}: expected {wanted!r} but found {token!r} at token {self._at}")
