"""ZetaSQL's parser as BigQuery configures it: verdict, place of the first error, kinds of statements, references.

The service's `Parse` gives no place with its errors; `ExtractTableNamesFromStatement` parses in the same way and does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from google.protobuf.message import DecodeError
from zetasql.wasi._pb2.zetasql.local_service import local_service_pb2 as service
from zetasql.wasi._pb2.zetasql.proto import options_pb2
from zetasql.wasi._pb2.zetasql.public import options_pb2 as public_options

from zetasql_references import Node, Reference, references
from zetasql_service import Service, ServiceError, ServiceTrap

# Features of the released maximum that BigQuery does not have, as far as they change the grammar.
NOT_IN_BIGQUERY = {"FEATURE_FOR_UPDATE", "FEATURE_ALLOW_SLASH_PATHS", "FEATURE_BRACED_PROTO_CONSTRUCTORS"}
# Words that BigQuery's reference has after CREATE, ALTER, DROP, and after ADD or DROP within ALTER.
ENTITIES = ["CAPACITY", "RESERVATION", "ASSIGNMENT", "BI_CAPACITY", "PROJECT", "ORGANIZATION", "DATA_POLICY"]
SUB_ENTITIES = ["REPLICA"]
# BigQuery takes these by their context; ZetaSQL must be told that they are reserved.
CONTEXTUAL = ["MATCH_RECOGNIZE", "GRAPH_TABLE"]

Position = tuple[int, int]


@dataclass(frozen=True)
class Reading:
    """What is said of one text."""

    accepted: bool
    error: str | None = None
    position: Position | None = None
    # Of a statement one, of a script those of its outermost level; None where the tree is too deep to be decoded.
    kinds: tuple[str, ...] | None = None
    references: tuple[Reference, ...] | None = None


class ReferenceParser:
    def __init__(self, service_: Service | None = None) -> None:
        self.service = service_ or Service()
        asked = service.LanguageOptionsRequest(maximum_features=True)
        answer = self.service.call("GetLanguageOptions", asked.SerializeToString())
        self._plain = _bigquery(options_pb2.LanguageOptionsProto.FromString(answer), ["QUALIFY"])
        self._contextual = _bigquery(self._plain, ["QUALIFY", *CONTEXTUAL])

    def read(self, sql: str, kind: str = "statement") -> Reading:
        """Parses a `statement` or a `script`."""
        reading = self._read(sql, kind, self._plain)
        if not reading.accepted and _names_contextual(sql):
            other = self._read(sql, kind, self._contextual)
            if other.accepted:
                return other
        return reading

    def table_names(self, sql: str, kind: str = "statement") -> list[tuple[str, ...]]:
        """The tables by ZetaSQL's own account, which leaves some out (`zetasql_references` does not)."""
        answer = self.service.call("ExtractTableNamesFromStatement", self._extraction(sql, kind, self._plain))
        found = service.ExtractTableNamesFromStatementResponse.FromString(answer)
        return [tuple(name.table_name_segment) for name in found.table_name]

    def request(self, sql: str, kind: str = "statement") -> bytes:
        """The request of `Parse`, serialized."""
        options = self._contextual if _names_contextual(sql) else self._plain
        return service.ParseRequest(
            sql_statement=sql, options=options, allow_script=kind == "script").SerializeToString()

    def _read(self, sql: str, kind: str, options: options_pb2.LanguageOptionsProto) -> Reading:
        is_script = kind == "script"
        asked = service.ParseRequest(sql_statement=sql, options=options, allow_script=is_script)
        try:
            answer = self.service.call("Parse", asked.SerializeToString())
        except ServiceTrap:
            raise
        except ServiceError as error:
            return self._refusal(sql, kind, options, str(error))
        try:
            parsed = service.ParseResponse.FromString(answer)
        except DecodeError:  # protocol buffers refuse trees that are deeper than 100 messages
            return Reading(True)
        tree = Node.of(parsed.parsed_script if is_script else parsed.parsed_statement)
        statements = tree.nodes("statement_list_node", "statement_list") if is_script else [tree]
        kinds = tuple((statement.node("statement") if statement.kind == "HintedStatement" else statement).kind
                      for statement in statements)
        return Reading(True, kinds=kinds, references=tuple(references(tree)))

    def _refusal(self, sql: str, kind: str, options: options_pb2.LanguageOptionsProto, error: str) -> Reading:
        message, position = _place(error)
        if position is None:
            try:
                self.service.call("ExtractTableNamesFromStatement", self._extraction(sql, kind, options))
            except ServiceTrap:
                pass
            except ServiceError as other:
                position = _place(str(other))[1]
        return Reading(False, message, position)

    @staticmethod
    def _extraction(sql: str, kind: str, options: options_pb2.LanguageOptionsProto) -> bytes:
        request = service.ExtractTableNamesFromStatementRequest(sql_statement=sql, options=options)
        request.allow_script = kind == "script"
        return request.SerializeToString()


def _names_contextual(sql: str) -> bool:
    return any(word in sql.upper() for word in CONTEXTUAL)


def _bigquery(given: options_pb2.LanguageOptionsProto, reserved: list[str]) -> options_pb2.LanguageOptionsProto:
    options = options_pb2.LanguageOptionsProto()
    options.CopyFrom(given)
    absent = {public_options.LanguageFeature.Value(name) for name in NOT_IN_BIGQUERY}
    features = sorted(set(options.enabled_language_features) - absent)
    for field in ("enabled_language_features", "supported_statement_kinds", "reserved_keywords",
                  "supported_generic_entity_types", "supported_generic_sub_entity_types"):
        options.ClearField(field)
    options.enabled_language_features.extend(features)
    options.reserved_keywords.extend(reserved)
    options.supported_generic_entity_types.extend(ENTITIES)
    options.supported_generic_sub_entity_types.extend(SUB_ENTITIES)
    options.product_mode = public_options.PRODUCT_EXTERNAL
    return options


def _place(error: str) -> tuple[str, Position | None]:
    found = re.search(r"\s*\[at (\d+):(\d+)\]\s*\Z", error)
    return (error[:found.start()], (int(found[1]), int(found[2]))) if found else (error, None)
