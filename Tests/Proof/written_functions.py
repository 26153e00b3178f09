"""Functions in SQL that somebody wrote: in front of the query, in the dataset, and written out in the query itself.

The masked copy gets the query with each temporary function written out, which is the work of this module and shares
nothing with Scrim's. Functions of the dataset are the same on the tables and on their copies.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kinds import SQL, sql_type
from routines import WORDS, function

ANY_TYPE, ANY_TABLE = "ANY_TYPE", "ANY_TABLE"
# What stands before a table of a body: the dataset, or in a temporary function now and then nothing.
DATASET_OF_BODY = "{B}"
_QUOTED = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`""")
# The body gives names to columns or variables, which go before those of an argument.
_NAMES = re.compile(r"\b(?:SELECT|WITH)\b")


@dataclass(frozen=True)
class Written:
    """`parameters` are names and types, or ANY_TYPE and ANY_TABLE; `kind` is that of the result, None for rows."""

    name: str
    parameters: tuple[tuple[str, str], ...]
    body: str
    kind: str | None
    has_returns: bool = False
    is_aggregate: bool = False
    columns: tuple[tuple[str, str], ...] = ()

    def statement(self, dataset: str) -> str:
        """As it stands in front of a query."""
        parameters = ", ".join(f"{name} {WORDS.get(kind) or sql_type(kind)}" for name, kind in self.parameters)
        returns = f" RETURNS {sql_type(self.kind)}" if self.has_returns and self.kind else ""
        body = self.body.replace(DATASET_OF_BODY, dataset)
        if self.kind is None:
            return f"CREATE TEMP TABLE FUNCTION {self.name}({parameters}) AS {body};\n"
        aggregate = "AGGREGATE " if self.is_aggregate else ""
        return f"CREATE TEMP {aggregate}FUNCTION {self.name}({parameters}){returns} AS ({body});\n"

    def definition(self) -> dict[str, Any]:
        """As BigQuery's REST takes it."""
        kind = "TABLE_VALUED_FUNCTION" if self.kind is None else "AGGREGATE_FUNCTION" if self.is_aggregate else \
            "SCALAR_FUNCTION"
        returns = {"returnType": {"typeKind": SQL[self.kind]}} if self.has_returns and self.kind else {}
        return function(self.body.replace(DATASET_OF_BODY, "{D}."), {
            name: kind if kind in WORDS else {"typeKind": SQL[kind]} for name, kind in self.parameters},
            routineType=kind, **returns)

    def in_place(self, arguments: list[str]) -> str:
        """What a call means: the body with its arguments converted to the types of the parameters."""
        assert len(arguments) == len(self.parameters), (self, arguments)
        arguments = [f"(SELECT * FROM {argument[6:]})" if argument.startswith("TABLE ") else argument
                     for argument in arguments]
        values = {name: argument if kind in WORDS else f"CAST({argument} AS {sql_type(kind)})"
                  for (name, kind), argument in zip(self.parameters, arguments, strict=True)}
        body = self.body.replace(DATASET_OF_BODY, "{D}.")
        if self.kind is None or self.is_aggregate or not values or not _NAMES.search(body):
            made = f"({substituted(body, values)})"
        else:
            row = ", ".join(f"{value} AS {name}" for name, value in values.items())
            made = f"(SELECT {body} FROM (SELECT {row}) AS {self.name}_row)"
        return f"CAST({made} AS {sql_type(self.kind)})" if self.has_returns and self.kind else made


def substituted(text: str, values: dict[str, str]) -> str:
    """Each name outside of quotation marks replaced by its value; a table and its like are in parentheses already."""
    if not values:
        return text
    names = re.compile(rf"(?<![\w.@])(?:{'|'.join(values)})\b")

    def replaced(part: str) -> str:
        return names.sub(lambda match: value if (value := values[match[0]]).startswith("(") else f"({value})", part)
    return _outside_quotes(text, replaced)


def _outside_quotes(text: str, change: Callable[[str], str]) -> str:
    made, end = "", 0
    for match in _QUOTED.finditer(text):
        made += change(text[end:match.start()]) + match[0]
        end = match.end()
    return made + change(text[end:])


def expanded(sql: str, functions: dict[str, Written]) -> str:
    """The query with each call of these functions written out."""
    calls = re.compile(rf"(?<![\w.@])({'|'.join(functions)})\(")
    # The last call holds no other one.
    while found := list(calls.finditer(sql)):
        call = found[-1]
        arguments, end = _arguments(sql, call.end())
        sql = sql[:call.start()] + functions[call[1]].in_place(arguments) + sql[end:]
    return sql


def _arguments(sql: str, start: int) -> tuple[list[str], int]:
    """The arguments of a call from behind its parenthesis, and where it ends."""
    arguments, depth, begin, at = [], 0, start, start
    while True:
        if quoted := _QUOTED.match(sql, at):
            at = quoted.end()
            continue
        letter = sql[at]
        if letter in ",)" and depth == 0:
            arguments.append(sql[begin:at].strip())
            begin = at + 1
            if letter == ")":
                return [argument for argument in arguments if argument], at + 1
        depth += (letter in "([") - (letter in ")]")
        at += 1


_PEOPLE = f"{DATASET_OF_BODY}people"
# Those that call others come after them. Parameters are named like columns and like parts of a date.
OF_DATASET: dict[str, Written] = {made.name: made for made in (
    Written("domain", (("mail", "S"),), "REGEXP_EXTRACT(mail, r'@(.+)$')", "S", True),
    Written("as_is", (("v", ANY_TYPE),), "v", "?"),
    Written("pair", (("a", "S"), ("email", "S")), "CONCAT(COALESCE(a, '-'), ':', COALESCE(email, '-'))", "S"),
    Written("half", (("x", "F"),), "x / 2", "F", True),
    Written("month_of", (("day", "D"),), "EXTRACT(MONTH FROM day)", "I", True),
    Written("start_of", (("month", "D"),), "DATE_TRUNC(month, MONTH)", "D"),
    Written("is_text", (("v", "S"),), "IFNULL(v != '', FALSE)", "B", True),
    Written("email_of", (("k", "I"),), f"(SELECT MAX(email) FROM {_PEOPLE} WHERE id = k)", "S"),
    Written("count_like", (("pattern", "S"),), f"(SELECT COUNT(*) FROM {_PEOPLE} AS p WHERE p.ssn LIKE pattern)", "I"),
    Written("domain_of", (("id", "I"),), f"{DATASET_OF_BODY}domain({DATASET_OF_BODY}email_of(id))", "S"),
    Written("share", (("found", "B"),), "COUNTIF(found) / COUNT(*)", "F", is_aggregate=True),
    Written("longest", (("words", "S"),), "MAX(LENGTH(words))", "I", True, is_aggregate=True),
    Written("people_below", (("top_id", "I"),), f"SELECT id, email, ssn FROM {_PEOPLE} WHERE id < top_id", None,
            columns=(("id", "I"), ("email", "S"), ("ssn", "S"))),
    Written("sums", (("least", "I"), ("word", "S")),
            f"SELECT person_id, COUNT(*) AS n, MIN(iban) AS iban FROM {DATASET_OF_BODY}orders "
            "WHERE order_id > least AND iban != word GROUP BY person_id", None,
            columns=(("person_id", "I"), ("n", "I"), ("iban", "S"))))}


def called(written: Written) -> list[Written]:
    """A function of the dataset behind those that it calls, as they have to stand in front of a query."""
    inner = [OF_DATASET[name] for name in re.findall(rf"{re.escape(DATASET_OF_BODY)}(\w+)\(", written.body)]
    return [*(one for other in inner for one in called(other)), written]

_OF_DATASET_CALL = re.compile(rf"\{{D\}}\.({'|'.join(OF_DATASET)})\(")


def without_dataset(sql: str) -> str:
    """The query with each call of the dataset's functions written out, for an engine that has none."""
    while _OF_DATASET_CALL.search(sql):
        sql = expanded(_OF_DATASET_CALL.sub(r"\1(", sql), OF_DATASET)
    return sql
