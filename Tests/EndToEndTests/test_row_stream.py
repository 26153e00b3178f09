"""Pages converted while they arrive give what Google's client makes of the same bytes: as Arrow, lines of JSON, CSV."""

from __future__ import annotations

import csv
import decimal
import io
import json
from pathlib import Path
from typing import Any

import duckdb
import pyarrow
import pyarrow.csv
import pytest
from cells import comparable, read
from row_pages import (
    EDGES, LARGEST_BIGNUMERIC, arrow, cell, convert, field, google_iterator, google_rows, nested_columns, page_of, row,
    typed_columns)

# Of INTERVAL, whose type Google's client leaves to Arrow's guess.
pytestmark = pytest.mark.filterwarnings("ignore:Unable to determine Arrow type")

PAGES = {"typed": page_of(typed_columns()), "nested": page_of(nested_columns())}


def plain(value: Any) -> Any:
    """Arrow's Python values, whose maps of fields are lists of pairs when a name comes twice."""
    if isinstance(value, pyarrow.MonthDayNano):
        return ["interval", value.months, value.days, value.nanoseconds]
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    return value


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("batch", ["arrow", "arrow-1", "arrow-3"])
def test_arrow_equals_googles_own_conversion(name: str, batch: str, tmp_path: Path) -> None:
    ours = arrow([PAGES[name]], tmp_path, batch)
    iterator = google_iterator(PAGES[name])
    theirs = iterator.to_arrow(create_bqstorage_client=False)
    assert ours.num_rows == theirs.num_rows
    assert ours.column_names == theirs.column_names
    for column in ours.column_names:
        mine, other = ours.schema.field(column), theirs.schema.field(column)
        assert mine.type == other.type, column
        assert [comparable(plain(one)) for one in ours[column].to_pylist()] \
            == [comparable(plain(one)) for one in theirs[column].to_pylist()], column


def test_the_arrow_schema_is_the_one_of_googles_client(tmp_path: Path) -> None:
    """With nullability and the marks of types that Arrow lacks; without INTERVAL, of which that client knows none."""
    for columns in (typed_columns(), nested_columns()):
        known = [(definition, values) for definition, values in columns if "INTERVAL" not in json.dumps(definition)]
        page = page_of(known)
        theirs = google_iterator(page).to_arrow(create_bqstorage_client=False)
        assert arrow([page], tmp_path).schema.equals(theirs.schema, check_metadata=True)


def test_intervals_in_records_and_ranges_in_arrays_are_what_they_are_alone(tmp_path: Path) -> None:
    """Google's client has no Arrow types for them, but for the same values in columns."""
    for definition, values in typed_columns():
        if definition["type"] not in ("INTERVAL", "RANGE"):
            continue
        alone = (definition | {"name": "alone"}, values)
        listed = (definition | {"name": "listed", "mode": "REPEATED"}, [[cell(one)] for one in values])
        record = (field("record", "RECORD", fields=[definition]), [row([one]) for one in values])
        table = arrow([page_of([alone, listed, record])], tmp_path)
        expected = table["alone"].to_pylist()
        assert table.schema.field("alone").type == table.schema.field("listed").type.value_type
        assert [one[0] for one in table["listed"].to_pylist()] == expected
        assert [one[definition["name"]] for one in table["record"].to_pylist()] == expected


def test_the_largest_bignumeric_has_a_digit_more_than_arrow_says(tmp_path: Path) -> None:
    smallest = "-578960446186580977117854925043439539266.34992332820282019728792003956564819968"
    page = page_of([(field("n", "BIGNUMERIC"), [LARGEST_BIGNUMERIC, smallest])])
    output, _ = convert([page], "arrow", tmp_path)
    with pyarrow.ipc.open_stream(output) as reader:
        values = reader.read_all()["n"].to_pylist()
    with decimal.localcontext(prec=100):
        assert values == [decimal.Decimal(LARGEST_BIGNUMERIC), decimal.Decimal(smallest)]


def test_an_interval_keeps_its_hours(tmp_path: Path) -> None:
    """Google's client makes days of them."""
    page = page_of([(field("i", "INTERVAL"), ["0-0 0 1000:0:0.5", "-0-1 2 -2562047:0:0"])])
    values = arrow([page], tmp_path)["i"].to_pylist()
    assert [tuple(value) for value in values] == [
        (0, 0, 3_600_000_500_000_000), (-1, 2, -2_562_047 * 3_600_000_000_000)]


def test_duckdb_reads_the_stream(tmp_path: Path) -> None:
    # DuckDB has no decimals of 256 bits.
    known = [(one, values) for one, values in typed_columns() if one["type"] not in ("BIGNUMERIC", "RANGE")]
    page = page_of(known)
    output, _ = convert([page], "arrow-4", tmp_path)
    with pyarrow.ipc.open_stream(output) as reader, duckdb.connect() as database:
        database.execute("SET TimeZone = 'UTC'")
        database.register("stream", reader)
        rows = database.execute(
            "SELECT int64, bool, string, bytes, numeric, date, time, float64, epoch_us(timestamp), datetime FROM stream"
        ).fetchall()
    _, expected = google_rows(page)
    names = [one["name"] for one, _ in known]
    picked = ["int64", "bool", "string", "bytes", "numeric", "date", "time", "float64"]
    assert [comparable(list(one[:8])) for one in rows] \
        == [comparable([one[names.index(name)] for name in picked]) for one in expected]
    written = json.loads(page)["rows"]
    assert [one[8] for one in rows] == [
        None if (text := one["f"][names.index("timestamp")]["v"]) is None else int(text) for one in written]


def test_white_space_makes_no_difference(tmp_path: Path) -> None:
    for columns in (typed_columns(), nested_columns()):
        pages = [page_of(columns), page_of(columns, indent=2)]
        for format_name in ("ndjson", "csv", "arrow"):
            one, other = (convert([page], format_name, tmp_path)[0] for page in pages)
            assert one and one == other, format_name


@pytest.mark.parametrize(("name", "chunk"), [("typed", 1), ("typed", 7), ("nested", 7), ("nested", 100_000)])
def test_lines_of_json_equal_googles_rows(name: str, chunk: int, tmp_path: Path) -> None:
    output, envelope = convert([PAGES[name]], "ndjson", tmp_path, chunk)
    schema, rows = google_rows(PAGES[name])
    assert envelope == {"rows": len(rows), "total_rows": len(rows), "page_token": None}
    lines = [json.loads(line) for line in output.splitlines()]
    assert len(lines) == len(rows)
    for line, expected in zip(lines, rows, strict=True):
        for one, shown, value in zip(schema, line, expected, strict=True):
            if "INTERVAL" in str(one) or "RANGE" in str(one):
                continue
            assert comparable(read(shown, one)) == comparable(value), one.name
    named, _ = convert([PAGES[name]], "ndjson-names", tmp_path)
    assert [list(json.loads(line).values()) for line in named.splitlines()] == lines


def test_intervals_and_ranges_are_bigquerys_text(tmp_path: Path) -> None:
    page = page_of([one for one in typed_columns() if one[0]["type"] in ("INTERVAL", "RANGE")])
    output, _ = convert([page], "ndjson", tmp_path)
    columns = list(zip(*(json.loads(line) for line in output.splitlines()), strict=True))
    written = list(zip(*([part["v"] for part in one["f"]] for one in json.loads(page)["rows"]), strict=True))
    assert columns[:3] == written[:3]
    assert columns[3][:3] == (
        "[0001-01-01T00:00:00.000000Z, 9999-12-31T23:59:59.999999Z)", "[UNBOUNDED, 1970-01-01T00:00:00.000000Z)",
        "[1969-12-31T23:59:59.999999Z, UNBOUNDED)")


def test_csv_is_read_back_by_python_and_by_duckdb(tmp_path: Path) -> None:
    output, _ = convert([PAGES["typed"]], "csv", tmp_path)
    rows = list(csv.reader(io.StringIO(output.decode(), newline="")))
    lines, _ = convert([PAGES["typed"]], "ndjson", tmp_path)
    cells = [json.loads(line) for line in lines.splitlines()]
    assert rows[0] == [one["name"] for one, _ in typed_columns()]
    for written, line in zip(rows[1:], cells, strict=True):
        for text, value in zip(written, line, strict=True):
            if isinstance(value, float):
                assert float(text) == value
            else:
                assert text == ("" if value is None else json.dumps(value) if isinstance(value, bool) else str(value))
    file = tmp_path / "rows.csv"
    file.write_bytes(output)
    with duckdb.connect() as database:
        read_back = database.execute(
            f"SELECT string, numeric FROM read_csv('{file}', header = true, all_varchar = true, delim = ','"
            ", quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = false, strict_mode = true)").fetchall()
    _, expected = google_rows(PAGES["typed"])
    place = [one["name"] for one, _ in typed_columns()].index("string")
    assert [one[0] for one in read_back] == [one[place] for one in expected]


def test_formulas_are_defused_where_that_is_set(tmp_path: Path) -> None:
    page = page_of([(field("a", "STRING"), ["=HYPERLINK(1)", "-1", "+x", "ok"])])
    output, _ = convert([page], "csv-safe", tmp_path)
    assert list(csv.reader(io.StringIO(output.decode()))) == [["a"], ["'=HYPERLINK(1)"], ["-1"], ["'+x"], ["ok"]]


def test_pages_of_one_result_become_one_stream(tmp_path: Path) -> None:
    pages = [PAGES["typed"], PAGES["typed"], b'{"rows": [], "totalRows": "0", "pageToken": "next"}']
    table = arrow(pages, tmp_path)
    assert table.num_rows == 2 * len(json.loads(PAGES["typed"])["rows"])
    _, envelope = convert(pages, "ndjson", tmp_path)
    assert envelope == {"rows": 0, "total_rows": 0, "page_token": "next"}


def test_timestamps_in_seconds(tmp_path: Path) -> None:
    page = page_of([(field("t", "TIMESTAMP"), ["1.4084520952E9", "-6.21355968E10", "0.0", "1.709210096123456E9"])])
    table = arrow([page], tmp_path, "seconds:arrow")
    assert table["t"].cast(pyarrow.int64()).to_pylist() == [
        1_408_452_095_200_000, -62_135_596_800_000_000, 0, 1_709_210_096_123_456]


def test_a_broken_page_is_told_with_its_place(tmp_path: Path) -> None:
    page = page_of([(field("a", "INT64"), ["1", "2"])])
    broken = page[:page.index(b"]}]")]
    output, told = convert([page, broken], "ndjson", tmp_path)
    assert output == b"[1]\n[2]\n[1]\n"
    assert told == {"error": "the page ends too early", "code": "truncated", "offset": len(broken)}


@pytest.mark.parametrize("kind", EDGES)
def test_each_type_alone(kind: str, tmp_path: Path) -> None:
    page = page_of([(field("a", kind), [*EDGES[kind], None])])
    theirs = google_iterator(page).to_arrow(create_bqstorage_client=False)["a"].to_pylist()
    ours = arrow([page], tmp_path)["a"].to_pylist()
    assert [comparable(plain(one)) for one in ours] == [comparable(plain(one)) for one in theirs]
