"""Time of masking as tables, queries and chains of views grow (issue 5, "Numbers"): it has to grow as they do."""

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
        of_one = {}
        for count in COLUMNS:
            warehouse = {"tables": 1, "columns": count, "tagged": count * TAGGED_OF_TEN // 10, "views": 0}
            of_one[count] = time(bench, operation, "SELECT * FROM t0", warehouse, 200_000 // count) / count
            yield row(f"{what} `*` of {count:,} columns, {warehouse['tagged']:,} tagged", of_one[count] / 1000,
                      "µs/column")
        yield growth(f"{what} `*`: time per column", of_one)


def tables(bench: Any) -> Iterator[Row]:
    """A join of many tables of 40 columns, 6 tagged, of which 3 are named."""
    for condition in ("USING (key)", "ON t{number}.key = t0.key"):
        kind = condition.split()[0]
        for operation, what in OPERATIONS:
            of_one = {}
            for count in TABLES:
                joins = "".join(f" JOIN t{number} " + condition.format(number=number) for number in range(1, count))
                names = ", ".join(f"t{number}.c7 AS a{number}, t{number}.c20 AS b{number}" for number in range(count))
                warehouse = {"tables": count, "columns": 40, "tagged": 6, "views": 0}
                sql = f"SELECT {names} FROM t0{joins}"
                of_one[count] = time(bench, operation, sql, warehouse, 4_000 // count) / count
                yield row(f"{what} a join of {count} tables with {kind}", of_one[count] / 1000, "µs/table")
            yield growth(f"{what} a join with {kind}: time per table", of_one)


def views(bench: Any) -> Iterator[Row]:
    """Views on each other, each naming 40 columns, 6 masked at the bottom; this takes the lineage of all below the first."""
    of_one = {}
    for depth in DEPTHS:
        warehouse = {"tables": 1, "columns": 40, "tagged": 6, "views": depth}
        of_one[depth] = time(bench, "mask", f"SELECT * FROM v{depth}", warehouse, 3_000 // depth) / depth
        yield row(f"mask `*` of a view {depth} deep", of_one[depth] / 1000, "µs/view")
    yield growth("mask a view: time per view", of_one)


def texts(bench: Any) -> Iterator[Row]:
    """One table, and conditions on masked and other columns up to the length that BigQuery takes."""
    warehouse = {"tables": 1, "columns": 40, "tagged": 6, "views": 0}
    for operation, what in OPERATIONS:
        of_one = {}
        for size in TEXT_BYTES:
            sql = long_text(size)
            taken = time(bench, operation, sql, warehouse, max(5, min(300, 3_000_000 // size)))
            of_one[size] = taken / len(sql)
            yield row(f"{what} a query of {len(sql):,} bytes", of_one[size], "ns/byte")
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


def time(bench: Any, operation: str, sql: str, warehouse: dict[str, int], runs: int) -> float:
    return bench.workers.ours.median(operation, {"kind": "statement", "sql": sql, "warehouse": warehouse}, max(5, runs))


def growth(what: str, of_one: dict[int, float]) -> Row:
    few, many = min(of_one), max(of_one)
    return row(f"{what} at {many:,} over that at {few:,}", of_one[many] / of_one[few], "", at_most=FACTOR_MAX)
