"""Parameters of every type: what reaches BigQuery is what Google's client sends for the same, and the values come back.

`bigquery.md` 3.2, <https://cloud.google.com/bigquery/docs/reference/rest/v2/QueryParameter>.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from agent import Agent
from google.cloud import bigquery
from google.cloud.bigquery import (ArrayQueryParameter, ArrayQueryParameterType, RangeQueryParameter,
                                   ScalarQueryParameter, ScalarQueryParameterType, StructQueryParameter,
                                   StructQueryParameterType)

Parameter = ArrayQueryParameter | RangeQueryParameter | ScalarQueryParameter | StructQueryParameter


def scalar(kind: str, value: Any) -> ScalarQueryParameter:
    return ScalarQueryParameter("p", kind, value)


DAY = datetime.date(2024, 2, 29)
MOMENT = datetime.datetime(2024, 2, 29, 23, 59, 59, 999999, tzinfo=datetime.UTC)
LINES = StructQueryParameterType(ScalarQueryParameterType("STRING", name="sku"),
                                 ScalarQueryParameterType("INT64", name="n"))
# What the caller writes as type and value; the same for Google's client; the cell, or None where the engine of the
# sandbox has no such type (then only what was sent is compared).
PARAMETERS: dict[str, tuple[str, Any, Parameter, Any]] = {
    "json": ("JSON", '{"a": [1, null]}', scalar("JSON", {"a": [1, None]}), '{"a":[1,null]}'),
    "geography": ("GEOGRAPHY", "POINT(1 2)", scalar("GEOGRAPHY", "POINT(1 2)"), None),
    "interval": ("INTERVAL", "1-2 3 4:5:6", scalar("INTERVAL", "1-2 3 4:5:6"), None),
    "numeric": ("NUMERIC", "-12.000000001", scalar("NUMERIC", Decimal("-12.000000001")), "-12.000000001"),
    "int64 as a number": ("INT64", 7, scalar("INT64", 7), 7),
    "bool as a boolean": ("BOOL", True, scalar("BOOL", True), True),
    "array of strings": ("ARRAY<STRING>", ["a", "", "ä'\\"], ArrayQueryParameter("p", "STRING", ["a", "", "ä'\\"]),
                         ["a", "", "ä'\\"]),
    "array of bytes": ("ARRAY<BYTES>", ["AP8="], ArrayQueryParameter("p", "BYTES", [b"\x00\xff"]), ["AP8="]),
    "array of dates": ("ARRAY<DATE>", ["2024-02-29"], ArrayQueryParameter("p", "DATE", [DAY]), ["2024-02-29"]),
    "array of floats": ("ARRAY<FLOAT64>", ["1.5", -0.25], ArrayQueryParameter("p", "FLOAT64", [1.5, -0.25]), [1.5, -0.25]),
    "array of timestamps": ("ARRAY<TIMESTAMP>", ["2024-02-29 23:59:59.999999+00:00"],
                            ArrayQueryParameter("p", "TIMESTAMP", [MOMENT]), ["2024-02-29T23:59:59.999999Z"]),
    "empty array": ("ARRAY<INT64>", [], ArrayQueryParameter("p", "INT64", []), []),
    "struct": ("STRUCT<a INT64, b STRING, c DATE>", {"a": "1", "b": "x", "c": "2024-02-29"},
               StructQueryParameter("p", ScalarQueryParameter("a", "INT64", 1), ScalarQueryParameter("b", "STRING", "x"),
                                    ScalarQueryParameter("c", "DATE", DAY)), {"a": 1, "b": "x", "c": "2024-02-29"}),
    "struct in a struct": ("STRUCT<a INT64, s STRUCT<b BOOL>>", {"a": 1, "s": {"b": False}},
                           StructQueryParameter("p", ScalarQueryParameter("a", "INT64", 1), StructQueryParameter(
                               "s", ScalarQueryParameter("b", "BOOL", False))), {"a": 1, "s": {"b": False}}),
    "array in a struct": ("STRUCT<a ARRAY<INT64>>", {"a": [1, 2]},
                          StructQueryParameter("p", ArrayQueryParameter("a", "INT64", [1, 2])), {"a": [1, 2]}),
    "array of structs": ("ARRAY<STRUCT<sku STRING, n INT64>>", [{"sku": "k", "n": "2"}, {"sku": "l", "n": 3}],
                         ArrayQueryParameter("p", LINES, [
                             StructQueryParameter(None, ScalarQueryParameter("sku", "STRING", key),
                                                  ScalarQueryParameter("n", "INT64", count))
                             for key, count in [("k", 2), ("l", 3)]]),
                         [{"sku": "k", "n": 2}, {"sku": "l", "n": 3}]),
    "range of dates": ("RANGE<DATE>", {"start": "2024-02-29", "end": None},
                       RangeQueryParameter("DATE", start=DAY, end=None, name="p"), None),
    "range of datetimes": ("RANGE<DATETIME>", {"start": None, "end": "2024-02-29T23:59:59.999999"},
                           RangeQueryParameter("DATETIME", end=MOMENT.replace(tzinfo=None), name="p"), None),
    "range of timestamps": ("RANGE<TIMESTAMP>", {"start": "2024-02-29 23:59:59.999999+00:00", "end": None},
                            RangeQueryParameter("TIMESTAMP", start=MOMENT, name="p"), None),
}
NULLS = ["STRING", "BYTES", "INT64", "FLOAT64", "NUMERIC", "BIGNUMERIC", "BOOL", "DATE", "DATETIME", "TIME",
         "TIMESTAMP", "JSON"]


def sent(direct: bigquery.Client, marker: str) -> list[dict[str, Any]]:
    """The caller's parameters of the job with this text, as it came to BigQuery."""
    jobs = [job for job in direct.list_jobs(all_users=True) if marker in (getattr(job, "query", None) or "")]
    assert len(jobs) == 1, f"one job has {marker}"
    return jobs[0].to_api_repr()["configuration"]["query"]["queryParameters"]


def plain(parameter: Any) -> Any:
    """Google's client leaves a missing bound out or gives null, and sends a float as a number: the same to BigQuery."""
    if isinstance(parameter, dict):
        return {key: plain(value) for key, value in parameter.items() if value is not None}
    if isinstance(parameter, list):
        return [plain(item) for item in parameter]
    return str(parameter) if isinstance(parameter, float) else parameter


def with_bound_names(parameter: dict[str, Any]) -> dict[str, Any]:
    """A missing bound of a range is {"value": null} or an empty object."""
    bounds = parameter.get("parameterValue", {}).get("rangeValue")
    if bounds is not None:
        parameter["parameterValue"]["rangeValue"] = {key: bounds.get(key) or {} for key in ("start", "end")}
    return parameter


@pytest.mark.parametrize("is_named", [True, False], ids=["named", "positional"])
@pytest.mark.parametrize("name", PARAMETERS)
def test_a_parameter_is_sent_as_by_googles_client(agent: Agent, direct: bigquery.Client, name: str,
                                                  is_named: bool) -> None:
    kind, value, theirs, cell = PARAMETERS[name]
    marker = f"of_{name.replace(' ', '_')}_{'n' if is_named else 'p'}"
    given: Any = {"p": {"type": kind, "value": value}} if is_named else [{"type": kind, "value": value}]
    answer = agent.call("query", parameters=given, sql=f"SELECT {'@p' if is_named else '?'} AS {marker}, segment "
                        "FROM customers ORDER BY customer_id LIMIT 1")
    arrived = sent(direct, marker)
    assert len(arrived) == 1
    wanted = theirs.to_api_repr()
    assert arrived[0].pop("name"), "a positional one is named on the way"
    wanted.pop("name")
    assert with_bound_names(plain(arrived[0])) == with_bound_names(plain(wanted))
    if cell is not None:
        assert not answer.is_error, answer.text
        assert answer.content["rows"][0][0] == cell


@pytest.mark.parametrize("kind", NULLS)
def test_a_null_keeps_its_type(agent: Agent, kind: str) -> None:
    answer = agent.ask("query", sql="SELECT @p AS p, COALESCE(@p, @p) AS q, @a AS a", parameters={
        "p": {"type": kind, "value": None}, "a": {"type": f"ARRAY<{kind}>", "value": None}})
    assert [column["type"].removesuffix("EAN").removesuffix("EGER") for column in answer["columns"]][:2] == [kind] * 2 \
        or kind in ("INT64", "FLOAT64")
    assert answer["rows"][0][:2] == [None, None]


@pytest.mark.parametrize(("kind", "value"), [
    ("STRUCT<a INT64>", {"b": 1}), ("STRUCT<a INT64>", {}), ("STRUCT<a INT64>", [1]), ("ARRAY<INT64>", {"a": 1}),
    ("ARRAY<ARRAY<INT64>>", [[1]]), ("RANGE<DATE>", "[2024-01-01, UNBOUNDED)"), ("RANGE<INT64>", {"start": 1}),
    ("INT64", {"value": 1}), ("STRING", ["a"]),
])
def test_a_value_of_another_shape_is_refused(agent: Agent, kind: str, value: Any) -> None:
    answer = agent.call("query", sql="SELECT @p AS p", parameters={"p": {"type": kind, "value": value}})
    assert [code.partition(".")[0] for code in answer.codes] == ["parameter"], answer.text
    assert "`p`" in answer.text
