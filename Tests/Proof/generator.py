"""A generator of one query: its random numbers, what it must contain, and expressions of every type.

The query of a seed and a number is always the same. What it must contain goes round with the number, so that features
and functions are spread evenly whatever the chances say.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from calls import AGGREGATES, SCALARS, WINDOWS, Call, of_engine, runs_on
from kinds import ANY_SCALAR, GROUPABLE, LITERALS, PARAMETERS, SQL, Scope, sql_type
from world import World
from written_functions import Written

_HOLE = re.compile(r"\{(\w+)\}")
# A third of the expressions nest calls in calls.
DEPTHS = (1, 1, 2)
# Names that no column of a table has.
DATE_PARTS = ("year", "week", "hour", "month")


@dataclass
class Query:
    """A finished query. `{D}` in the texts stands for the dataset."""

    sql: str
    role: str
    features: set[str]
    functions: set[str]
    is_ordered: bool = False
    parameters: Any = None
    # The same for the warehouse itself, where a script is not what is compared.
    direct: str | None = None
    refusal: str | None = None


@dataclass
class Generator:
    seed: int
    number: int
    engine: str
    world: World
    # What a server takes: without parameters literals stand in their place, functions of the dataset in front of it.
    has_parameters: bool = True
    random: random.Random = field(init=False)
    features: set[str] = field(default_factory=set)
    tables: list[str] = field(default_factory=list)
    is_recursive: bool = False
    parameters: dict[str, tuple[str, Any]] = field(default_factory=dict)
    # Those in front of the query, in their order.
    functions: dict[str, Written] = field(default_factory=dict)
    is_in_body: bool = False
    calls: list[Call] = field(default_factory=list)
    forced: list[Call] = field(default_factory=list)
    _names: int = 0
    _parts: list[str] = field(default_factory=lambda: list(DATE_PARTS))

    def __post_init__(self) -> None:
        self.random = random.Random(f"{self.seed}:{self.engine}:{self.number}")
        self.scalars, self.aggregates, self.windows = (
            _BY_ENGINE[self.engine][kind] for kind in ("scalars", "aggregates", "windows"))
        calls, count = _FORCED[self.engine]
        self.forced = [self.turn(calls, self.number * count + at) for at in range(count)]
        self.forms = forms_of(self.engine)
        self.forced_form: Form | None = self.turn(self.forms)
        self.forced_aggregate: Call | None = self.turn(_FORCED_AGGREGATES[self.engine])
        self.forced_window: Call | None = self.turn(self.windows)

    def turn(self, items: list[Any], position: int | None = None) -> Any:
        """The item whose turn it is: each comes once a round, in another order in each round."""
        lap, at = divmod(self.number if position is None else position, len(items))
        return items[_order(len(items), f"{self.seed}:{lap}")[at]]

    # MARK: Chance

    def chance(self, percent: int) -> bool:
        return self.random.randrange(100) < percent

    def pick(self, items: Any) -> Any:
        return self.random.choice(items)

    def name(self, prefix: str = "c") -> str:
        self._names += 1
        if prefix in ("c", "p") and self._parts and self.chance(2):
            self.use("name of a part of a date")
            return self._parts.pop()
        return f"{prefix}{self._names}"

    def use(self, feature: str) -> None:
        self.features.add(feature)

    # MARK: Expressions

    def any_kind(self) -> str:
        return self.pick(ANY_SCALAR)

    def groupable_kind(self) -> str:
        """Where there is one, that of a call which must occur."""
        return next((call.kind for call in self.forced if call.kind in GROUPABLE), self.pick(GROUPABLE))

    def expression(self, kind: str, scope: Scope, depth: int | None = None) -> str:
        """An expression of a type."""
        depth = self.pick(DEPTHS) if depth is None else depth
        if depth > 0 and (forced := next((call for call in self.forced if call.kind == kind), None)) is not None:
            self.forced.remove(forced)
            return self.call(forced, scope, depth)
        chosen = self.random.randrange(10)
        paths = scope.paths(kind)
        if paths and (chosen < 5 or depth == 0):
            return self.pick(paths)
        if chosen == 5 or depth == 0:
            return self.literal(kind)
        if chosen == 6 and (form := self._form(kind, scope, depth)) is not None:
            return form
        calls = [call for call in self.scalars if call.kind == kind]
        return self.call(self.pick(calls), scope, depth) if calls else self.literal(kind)

    def literal(self, kind: str) -> str:
        if kind.startswith("A"):
            items = [self.literal(kind[1:]) for _ in range(self.random.randrange(3))]
            return f"ARRAY<{SQL[kind[1:]]}>[{', '.join(items)}]"
        if kind in PARAMETERS and self.chance(8):
            return self.parameter(kind)
        return self.pick(LITERALS[kind])

    def parameter(self, kind: str) -> str:
        if not self.has_parameters:
            return f"CAST(NULL AS {sql_type(kind)})"
        self.use("parameter")
        name = f"q{len(self.parameters)}"
        self.parameters[name] = PARAMETERS[kind]
        return f"@{name}"

    def call(self, call: Call, scope: Scope, depth: int = 1) -> str:
        """A call with arguments. Those of aggregate and window functions name the key and the order of the rows."""
        def argument(hole: re.Match[str]) -> str:
            letter = hole.group(1)
            if letter == "K":
                return f"({scope.key})"
            if letter == "O":
                return f"ORDER BY {scope.key}" + self.pick(["", " DESC"])
            if letter == "P":
                return f"PARTITION BY {self.expression('S', scope, 0)}" if self.chance(60) else ""
            if letter.islower():
                return self.pick(LITERALS[letter.upper()])
            text = self.expression(letter, scope, depth - 1)
            return text if re.fullmatch(r"[\w.@]+|'[^'\\]*'|[A-Z_0-9.]+\([^()]*\)", text) else f"({text})"
        parts = call.text.replace("{{", "\x01").replace("}}", "\x02")
        return _HOLE.sub(argument, parts).replace("\x01", "{").replace("\x02", "}")

    def _form(self, kind: str, scope: Scope, depth: int) -> str | None:
        return self.pick(self.forms)(self, kind, scope, depth)

    def group(self, scope: Scope) -> tuple[str, str, str]:
        """Something to group by, which may not be a literal."""
        kinds = [kind for kind in GROUPABLE if scope.paths(kind)] or ["S"]
        kind = self.pick(kinds)
        text = self.expression(kind, scope, 1)
        if text in LITERALS[kind] or not any(path in text for path in scope.paths(kind)):
            text = self.pick(scope.paths(kind) or [f"UPPER({text})"])
        return text, self.name("g"), kind

    def condition(self, scope: Scope) -> str:
        return self.expression("B", scope)

    def items(self, scope: Scope, count: int) -> list[tuple[str, str, str]]:
        """Items of a SELECT list, as expression, name and type; what the query must contain comes first."""
        made = []
        for _ in range(min(len(self.forced), 2)):
            call = self.forced.pop()
            made.append((self.call(call, scope), self.name(), call.kind))
        # Not every form gives every type.
        for kind in (self.any_kind(), "S", "I", "AS"):
            if self.forced_form is not None and (text := self.forced_form(self, kind, scope, 1)) is not None:
                made.append((text, self.name(), kind))
                self.forced_form = None
        while len(made) < count:
            kind = self.any_kind()
            made.append((self.expression(kind, scope), self.name(), kind))
        return made

    def rank(self, calls: list[Call], forced: Call | None, scope: Scope) -> Call:
        """An aggregate or window function that the scope allows."""
        if forced is not None and (scope.key or not forced.needs_key):
            return forced
        return self.pick([call for call in calls if scope.key or not call.needs_key])

    def aggregate(self, scope: Scope) -> tuple[str, str, str]:
        call = self.rank(self.aggregates, self.forced_aggregate, scope)
        self.forced_aggregate = None
        return self.call(call, scope), self.name("a"), call.kind

    def window(self, scope: Scope) -> tuple[str, str, str]:
        self.use("window function")
        call = self.rank(self.windows, self.forced_window, scope)
        self.forced_window = None
        return self.call(call, scope), self.name("w"), call.kind


@lru_cache(maxsize=256)
def _order(count: int, lap: str) -> list[int]:
    order = list(range(count))
    random.Random(lap).shuffle(order)
    return order


Form = Callable[[Generator, str, Scope, int], str | None]
_FORMS: list[tuple[str, tuple[str, ...], Form]] = []


def form(name: str, *engines: str) -> Callable[[Form], Form]:
    """Registers a form of expression; without engines it runs on both."""
    def register(made: Form) -> Form:
        def counted(g: Generator, kind: str, scope: Scope, depth: int) -> str | None:
            text = made(g, kind, scope, depth)
            if text is not None:
                g.use(name)
            return text
        _FORMS.append((name, engines or ("sandbox", "zetasql"), counted))
        return counted
    return register


def forms_of(engine: str) -> list[Form]:
    return [made for _, engines, made in _FORMS if engine in engines]


def form_names(engine: str) -> set[str]:
    return {name for name, engines, _ in _FORMS if engine in engines}


_BY_ENGINE = {engine: {"scalars": of_engine(SCALARS, engine), "aggregates": of_engine(AGGREGATES, engine),
                       "windows": of_engine(WINDOWS, engine)} for engine in ("sandbox", "zetasql")}
# What a query must contain, and how many of it: on Google's evaluator what the sandbox lacks. What is of a type that
# few expressions ask for has two turns.
_FORCED_AGGREGATES = {"sandbox": _BY_ENGINE["sandbox"]["aggregates"], "zetasql": [
    call for call in _BY_ENGINE["zetasql"]["aggregates"] if not runs_on(call, "sandbox")]}
_FORCED = {"sandbox": (_BY_ENGINE["sandbox"]["scalars"] + [
    call for call in _BY_ENGINE["sandbox"]["scalars"] if call.kind not in ANY_SCALAR], 2),
    "zetasql": ([call for call in _BY_ENGINE["zetasql"]["scalars"] if not runs_on(call, "sandbox")], 4)}

__all__ = ["Form", "Generator", "Query", "Scope", "form", "form_names", "forms_of", "sql_type"]
