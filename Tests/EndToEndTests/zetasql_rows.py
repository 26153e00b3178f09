"""Rows as constant expressions for the evaluator, and rows masked in Python, both by a schema as REST writes it.

Values are texts in their wire form, lists for REPEATED, dictionaries for RECORD, and None.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from masked_copy import DEFAULTS, Rule, masked

Field = dict[str, Any]
TYPES = {"INTEGER": "INT64", "FLOAT": "FLOAT64", "BOOLEAN": "BOOL"}
CONSTANT_RULES = ("ALWAYS_NULL", "DEFAULT_MASKING_VALUE")


def type_of(field: Field) -> str:
    return f"ARRAY<{element_type(field)}>" if field["mode"] == "REPEATED" else element_type(field)


def element_type(field: Field) -> str:
    if field["type"] == "RECORD":
        return "STRUCT<" + ", ".join(f"{child['name']} {type_of(child)}" for child in field["fields"]) + ">"
    if field["type"] == "RANGE":
        return f"RANGE<{field['rangeElementType']['type']}>"
    return TYPES.get(field["type"], field["type"])


def text_literal(text: str) -> str:
    return "'" + "".join(c if c.isalnum() and c.isascii() or c in " @.-:" else f"\\U{ord(c):08x}" for c in text) + "'"


def literal(field: Field, value: Any) -> str:
    """A constant expression of the field's type."""
    if field["mode"] == "REPEATED" and value is not None:
        return f"{type_of(field)}[{', '.join(literal(field | {'mode': 'NULLABLE'}, item) for item in value)}]"
    if value is None:
        return f"CAST(NULL AS {type_of(field)})"
    if field["type"] == "RECORD":
        parts = ", ".join(literal(child, value[child["name"]]) for child in field["fields"])
        return f"{element_type(field)}({parts})"
    if field["type"] == "BYTES":
        return f"FROM_BASE64('{value}')"
    if field["type"] in ("JSON", "RANGE"):
        return f"{element_type(field)} {text_literal(value)}"
    return f"CAST({text_literal(str(value))} AS {element_type(field)})"


def rows_query(fields: list[Field], rows: list[dict[str, Any]]) -> str:
    """A query that gives the rows, in their order."""
    types = ", ".join(f"{field['name']} {type_of(field)}" for field in fields)
    tuples = ("(" + ", ".join(literal(field, row.get(field["name"], [] if field["mode"] == "REPEATED" else None))
                              for field in fields) + ")" for row in rows)
    return f"SELECT * FROM UNNEST(ARRAY<STRUCT<{types}>>[{', '.join(tuples)}])"


def mask_row(fields: list[Field], row: dict[str, Any], rule_of: Callable[[str], Rule | None]) -> dict[str, Any]:
    """A row under rules, asked for by path; None leaves a column as it is."""
    return {field["name"]: mask_value(field, row.get(field["name"], [] if field["mode"] == "REPEATED" else None),
                                      rule_of, field["name"]) for field in fields}


def mask_value(field: Field, value: Any, rule_of: Callable[[str], Rule | None], path: str) -> Any:
    rule = rule_of(path)
    if field["mode"] == "REPEATED":
        if rule is not None and rule.name in CONSTANT_RULES:
            return []
        return value and [mask_value(field | {"mode": "NULLABLE"}, item, rule_of, path) for item in value]
    if field["type"] == "RECORD":
        return value and {child["name"]: mask_value(child, value[child["name"]], rule_of, f"{path}.{child['name']}")
                          for child in field["fields"]}
    if rule is None:
        return value
    if rule.name == "DEFAULT_MASKING_VALUE":  # reads nothing, so that NULL becomes the constant too
        return DEFAULTS[field["type"]]
    return None if value is None else masked(str(value), field["type"], rule)
