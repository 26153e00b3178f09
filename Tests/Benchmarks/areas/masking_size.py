"""Time of masking as tables, queries and chains of views grow: it has to grow as they do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from report import Row, row

COLUMNS = [1_250, 2_500, 5_000, 10_000]
TAGGED_OF_TEN = 3
TABLES = [25, 50, 100, 200]
DEPTHS = [2, 4, 8, 16]
TEXT_BYTES = [1_000, 10_000, 100_000, 300_000, 900_000]
FACTOR_MAX = 1.5
# Shorter texts show mostly what the table's columns cost.
TEXT_BYTES_COMPARED_FROM = 10_000
# Masking does without the lineage of the result's columns, which is worked out while BigQuery works.
OPERATIONS = [("mask", "mask"), ("lineage", "lineage of")]


def rows(bench: Any) -> Iterator[Row]:
    yield from columns(bench)
    yield from tables(bench)
    yield from views(bench)
    yield from texts(bench)


def columns(bench: Any) -> Iterator[Row]:
    """`SELECT *` of one wide table, when its masks are known from an earlier query and when not."""
    for operation, what in (("mask", "mask"), ("mask_first", "mask, with masks new,"), ("lineage", "lineage of")):
        texts = {count: text("SELECT * FROM t0", 1, count, count * TAGGED_OF_TEN // 10) for count in COLUMNS}
        of_one = times(bench, operation, texts, {count: 200_000 // count for count in COLUMNS}, COLUMNS)
        for count, taken in of_one.items():
            yield row(f"{what} `*` of {count:,} columns, {count * TAGGED_OF_TEN // 10:,} tagged", taken / 1000, "µs/column")
        yield growth(f"{what} `*`: time per column", of_one)


def tables(bench: Any) -> Iterator[Row]:
    """A join of many tables of 40 columns, 6 tagged, of which 3 are named."""
    for condition in ("USING (key)", "ON t{number}.key = t0.key"):
        kind = condition.split()[0]
        for operation, what in OPERATIONS:
            texts = {count: text(join(count, condition), count) for count in TABLES}
            of_one = times(bench, operation, texts, {count: 4_000 // count for count in TABLES}, TABLES)
            for count, taken in of_one.items():
                yield row(f"{what} a join of {count} tables with {kind}", taken / 1000, "µs/table")
            yield growth(f"{what} a join with {kind}: time per table", of_one)


def views(bench: Any) -> Iterator[Row]:
    """Views on each other, each naming 40 columns, 6 masked at the bottom; this takes the lineage of all below the first."""
    texts = {depth: text(f"SELECT * FROM v{depth}", 1, views=depth) for depth in DEPTHS}
    of_one = times(bench, "mask", texts, {depth: 3_000 // depth for depth in DEPTHS}, DEPTHS)
    for depth, taken in of_one.items():
        yield row(f"mask `*` of a view {depth} deep", taken / 1000, "µs/view")
    yield growth("mask a view: time per view", of_one)


def texts(bench: Any) -> Iterator[Row]:
    """One table, and conditions on masked and other columns up to the length that BigQuery takes."""
    texts = {size: text(long_text(size), 1) for size in TEXT_BYTES}
    lengths = [len(texts[size]["sql"]) for size in TEXT_BYTES]
    for operation, what in OPERATIONS:
        of_one = times(bench, operation, texts, {size: min(300, 3_000_000 // size) for size in TEXT_BYTES}, lengths)
        for size, taken in of_one.items():
            yield row(f"{what} a query of {len(texts[size]['sql']):,} bytes", taken, "ns/byte")
        compared = {size: of_one[size] for size in TEXT_BYTES if size >= TEXT_BYTES_COMPARED_FROM}
        yield growth(f"{what} a long query: time per byte", compared)


def long_text(size: int) -> str:
    text = ["SELECT key, c7, c20 FROM t0 WHERE FALSE"]
    total = len(text[0])
    while total < size:
        number = len(text)
        values = f"'v{number}', UPPER('w{number}')"
        text.append(f" OR (c{number % 40 or 1} IS NOT NULL AND t0.c{number % 7 + 3} IN ({values}))")
        total += len(text[-1])
    return "".join(text)


def join(count: int, condition: str) -> str:
    joins = "".join(f" JOIN t{number} " + condition.format(number=number) for number in range(1, count))
    names = ", ".join(f"t{number}.c7 AS a{number}, t{number}.c20 AS b{number}" for number in range(count))
    return f"SELECT {names} FROM t0{joins}"


def text(sql: str, tables: int, columns: int = 40, tagged: int = 6, views: int = 0) -> dict[str, Any]:
    """A query and the warehouse that it is asked of."""
    warehouse = {"tables": tables, "columns": columns, "tagged": tagged, "views": views}
    return {"kind": "statement", "sql": sql, "warehouse": warehouse}


def times(bench: Any, operation: str, texts: dict[int, Any], runs: dict[int, int], parts: list[int]) -> dict[int, float]:
    """Nanoseconds for one part of each text: a column, a table, a view, a byte."""
    items = [(texts[size], max(5, runs[size])) for size in texts]
    taken = bench.workers.ours.in_turns(operation, items)
    return {size: time / count for size, time, count in zip(texts, taken, parts, strict=True)}


def growth(what: str, of_one: dict[int, float]) -> Row:
    """The goal is one of rewriting; lineage, which nobody waits for, is shown beside it."""
    few, many = min(of_one), max(of_one)
    goal = None if what.startswith("lineage") else FACTOR_MAX
    return row(f"{what} at {many:,} over that at {few:,}", of_one[many] / of_one[few], "", at_most=goal)
