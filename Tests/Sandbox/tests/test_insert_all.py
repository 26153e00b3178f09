"""Rows over `tabledata.insertAll`, as a program that repeats unclear sends uses it."""

from __future__ import annotations

from itertools import count

import pytest
import requests

NUMBERS = count()
FIELDS = [{"name": "seq", "type": "INTEGER", "mode": "REQUIRED"}, {"name": "time", "type": "TIMESTAMP"},
          {"name": "entry", "type": "STRING"}]


@pytest.fixture
def table(empty) -> str:
    """The address of a new table."""
    requests.post(f"{empty.api}/datasets", json={"datasetReference": {"datasetId": "rows", "projectId": "demo"}},
                  timeout=10)
    name = f"t{next(NUMBERS)}"
    made = requests.post(f"{empty.api}/datasets/rows/tables", timeout=10, json={
        "tableReference": {"tableId": name}, "schema": {"fields": FIELDS}})
    assert made.status_code == 200, made.text
    return f"{empty.api}/datasets/rows/tables/{name}"


def insert(table: str, *rows: tuple[str | None, dict]) -> dict:
    body = {"rows": [{"json": row} | ({"insertId": name} if name else {}) for name, row in rows]}
    answer = requests.post(f"{table}/insertAll", json=body, timeout=10)
    assert answer.status_code == 200, answer.text
    return answer.json()


def sequences(table: str) -> list[int]:
    rows = requests.get(f"{table}/data", timeout=10).json()["rows"]
    return sorted(int(row["f"][0]["v"]) for row in rows)


def test_a_row_that_is_sent_again_is_there_once(table: str) -> None:
    insert(table, ("log/0", {"seq": "0", "time": "2026-11-22T18:27:00.123456Z"}), ("log/1", {"seq": "1"}))
    insert(table, ("log/1", {"seq": "1"}), ("log/2", {"seq": "2"}), ("log/2", {"seq": "2"}))
    assert sequences(table) == [0, 1, 2]
    insert(table, (None, {"seq": "2"}), (None, {"seq": "2"}))
    assert sequences(table) == [0, 1, 2, 2, 2]


def test_a_row_that_was_not_taken_may_come_again(table: str) -> None:
    assert insert(table, ("log/0", {"seq": "0", "other": "x"}))["insertErrors"]
    assert "insertErrors" not in insert(table, ("log/0", {"seq": "0"}))
    assert sequences(table) == [0]
