"""Functions of a dataset for tests, as REST definitions, and the same in front of a query."""

from __future__ import annotations

from typing import Any

INT64, FLOAT64, STRING = {"typeKind": "INT64"}, {"typeKind": "FLOAT64"}, {"typeKind": "STRING"}
WORDS = {"ANY_TYPE": "ANY TYPE", "ANY_TABLE": "ANY TABLE"}


def function(body: str, arguments: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """The definition of a scalar function in SQL; `{D}` in the body is its dataset."""
    made = [{"name": name, **({"argumentKind": kind} if isinstance(kind, str) else {"dataType": kind})}
            for name, kind in (arguments or {}).items()]
    return {"routineType": "SCALAR_FUNCTION", "language": "SQL", "definitionBody": body, "arguments": made, **more}


def table_function(body: str, arguments: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return function(body, arguments, routineType="TABLE_VALUED_FUNCTION", **more)


def resource(dataset: str, name: str, definition: dict[str, Any]) -> dict[str, Any]:
    return {**definition, "definitionBody": definition["definitionBody"].replace("{D}", dataset),
            "routineReference": {"projectId": "demo", "datasetId": dataset, "routineId": name}}


def temporary(name: str, definition: dict[str, Any], dataset: str) -> str:
    """The same function as a statement in front of a query; calls of `{D}.f` become calls of `f`."""
    parameters = ", ".join(
        f"{argument['name']} " + (argument["dataType"]["typeKind"] if "dataType" in argument
                                  else WORDS[argument["argumentKind"]]) for argument in definition["arguments"])
    returns = f" RETURNS {definition['returnType']['typeKind']}" if "returnType" in definition else ""
    body = definition["definitionBody"].replace("{D}", dataset)
    if definition["routineType"] == "TABLE_VALUED_FUNCTION":
        return f"CREATE TEMP TABLE FUNCTION {name}({parameters}) AS {body};\n"
    aggregate = " AGGREGATE" if definition["routineType"] == "AGGREGATE_FUNCTION" else ""
    return f"CREATE TEMP{aggregate} FUNCTION {name}({parameters}){returns} AS ({body});\n"
