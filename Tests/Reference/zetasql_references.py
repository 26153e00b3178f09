"""Which names in ZetaSQL's parse tree are which objects: tables read, targets, objects of DDL.

ZetaSQL's own `ExtractTableNames` gives names without places, and none of those in QUALIFY, named windows, hints, checks,
bodies of procedures, or targets of DDL. This walk finds them all by the rules of BigQuery's reference: a name of one part
in FROM is a table unless a common table expression hides it; a longer path is a table unless its first name is that of
a row in scope.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple


class Reference(NamedTuple):
    start: int
    end: int
    path: tuple[str, ...]
    role: str


@dataclass
class Node:
    """A message of the tree without the layers that only express inheritance."""

    kind: str
    start: int = -1
    end: int = -1
    fields: dict[str, Any] = field(default_factory=dict)

    @staticmethod
    def of(message: Any) -> Node | None:
        while message.DESCRIPTOR.name.startswith("Any"):
            chosen = message.WhichOneof("node")
            if chosen is None:
                return None
            message = getattr(message, chosen)
        node = Node(message.DESCRIPTOR.name.removeprefix("AST").removesuffix("Proto"))
        layer = message
        while layer is not None:
            base = None
            for descriptor, value in layer.ListFields():
                if descriptor.name == "parent":
                    base = value
                elif descriptor.name == "parse_location_range":
                    node.start, node.end = value.start, value.end
                elif descriptor.message_type is None:
                    node.fields[descriptor.name] = _scalar(descriptor, value)
                elif hasattr(value, "DESCRIPTOR"):
                    node.fields[descriptor.name] = Node.of(value)
                else:
                    node.fields[descriptor.name] = [made for made in map(Node.of, value) if made]
            layer = base
        return node

    def node(self, *path: str) -> Node | None:
        """A descendant by the names of fields."""
        found: Any = self
        for name in path:
            found = found.fields.get(name) if isinstance(found, Node) else None
        return found if isinstance(found, Node) else None

    def nodes(self, *path: str) -> list[Node]:
        """The items of a list among the descendants."""
        holder = self.node(*path[:-1]) if len(path) > 1 else self
        found = holder.fields.get(path[-1]) if holder else None
        return found if isinstance(found, list) else []

    def children(self) -> Iterator[tuple[str, Node]]:
        for name, value in self.fields.items():
            for item in value if isinstance(value, list) else (value,):
                if isinstance(item, Node):
                    yield name, item

    @property
    def name(self) -> str:
        """An identifier's text, in lower case; that of an alias is its identifier's."""
        inner = self.node("identifier")
        return (inner or self).fields.get("id_string", "").lower()

    @property
    def path(self) -> tuple[str, ...] | None:
        if self.kind != "PathExpression":
            return None
        return tuple(part.fields.get("id_string", "") for part in self.nodes("names"))


def _scalar(descriptor: Any, value: Any) -> Any:
    if descriptor.enum_type is None or not isinstance(value, int):
        return value
    named = descriptor.enum_type.values_by_number.get(value)
    return named.name if named else value


@dataclass(frozen=True)
class Scope:
    """What hides tables at one place: names of common table expressions, names of rows, a view that reads itself."""

    tables: frozenset[str] = frozenset()
    rows: frozenset[str] = frozenset()
    itself: tuple[str, ...] | None = None

    def with_tables(self, names: Iterable[str]) -> Scope:
        return replace(self, tables=self.tables | set(names))

    def with_rows(self, names: Iterable[str]) -> Scope:
        return replace(self, rows=self.rows | set(names))


# Paths that stand in a field of their own and name one object whatever is in scope.
ROLES = {
    "source": [
        "TableDataSource.path_expr", "CloneDataSource.path_expr", "CopyDataSource.path_expr",
        "CreateTableStatement.like_table_name", "CreateExternalTableStatement.like_table_name",
        "CreateMaterializedViewStatement.replica_source",
    ],
    "fk": ["ForeignKeyReference.table_name"],
    "on": [
        "CreateIndexStatement.table_name", "AlterIndexStatement.table_name", "DropIndexStatement.table_name",
        "DropSearchIndexStatement.table_name", "DropVectorIndexStatement.table_name",
        "CreateRowAccessPolicyStatement.target_path", "AlterRowAccessPolicyStatement.path",
        "AlterAllRowAccessPoliciesStatement.table_name_path", "DropRowAccessPolicyStatement.table_name",
        "DropAllRowAccessPoliciesStatement.table_name", "CreatePrivilegeRestrictionStatement.name_path",
        "AlterPrivilegeRestrictionStatement.path", "DropPrivilegeRestrictionStatement.name_path",
        "TableAndColumnInfo.table_name",
    ],
    "grant": ["GrantStatement.target_path", "RevokeStatement.target_path"],
    "graph_element": ["GraphElementTable.name"],
    "graph": [
        "GraphTableQuery.graph_reference", "GqlGraphPatternQuery.graph_reference", "GqlLinearOpsQuery.graph_reference",
    ],
    "model": ["ModelClause.model_path", "ExportModelStatement.model_name_path"],
    "read": ["ExportMetadataStatement.name_path"],
    "dml": ["CloneDataStatement.target_path", "AuxLoadDataStatement.name"],
    "procedure": ["CallStatement.procedure_name"],
    "alter": ["RenameStatement.old_name"],
    "create": ["RenameStatement.new_name", "RenameToClause.new_name", "FunctionDeclaration.name"],
    "describe": ["DescribeStatement.name"],
}
ROLE_OF = {place: role for role, places in ROLES.items() for place in places}
# Statements whose own `name` or `path` is their object.
OWN_ROLES = {"Create": "create", "Undrop": "create", "Alter": "alter", "Drop": "drop"}
MANIPULATIONS = {"InsertStatement", "UpdateStatement", "DeleteStatement", "MergeStatement", "TruncateStatement"}


def references(tree: Node) -> list[Reference]:
    """Every reference of a statement or script, by place."""
    walk = _Walk()
    walk.visit(tree, Scope())
    return sorted(walk.found)


class _Walk:
    def __init__(self) -> None:
        self.found: list[Reference] = []
        self.handlers: dict[str, Callable[[Node, Scope], object]] = {
            "PathExpression": lambda node, scope: None,  # columns and functions
            "Query": self.query,
            "Select": self.select,
            "SetOperation": self.set_operation,
            "AliasedQueryExpression": self.query_expression,
            "FromQuery": self.query_expression,
            "TableClause": self.table_clause,
            "Subpipeline": lambda node, scope: self.pipes(node, scope),
            "WithClause": self.with_clause,
            "FromClause": lambda node, scope: self.from_item(node.node("table_expression"), scope, scope.rows),
            "UpdateItem": self.update_item,
            "ForInStatement": lambda node, scope: self.children(node, scope, leaving=("variable",)),
            **dict.fromkeys(("TVF", "Join", "TablePathExpression", "TableSubquery", "ParenthesizedJoin"),
                            lambda node, scope: self.from_item(node, scope, scope.rows)),
            **dict.fromkeys(MANIPULATIONS, self.manipulation),
        }

    def add(self, node: Node | None, role: str) -> None:
        if node is not None and node.path:
            self.found.append(Reference(node.start, node.end, node.path, role))

    def visit(self, node: Node, scope: Scope) -> None:
        if handler := self.handlers.get(node.kind):
            handler(node, scope)
        elif node.kind.endswith("Statement"):
            self.statement(node, scope)
        else:
            self.children(node, scope)

    def children(self, node: Node, scope: Scope, leaving: Iterable[str] = ()) -> None:
        for name, child in node.children():
            if name in leaving:
                continue
            if role := ROLE_OF.get(f"{node.kind}.{name}"):
                self.add(child, role)
            else:
                self.visit(child, scope)

    # Statements

    def statement(self, node: Node, scope: Scope) -> None:
        role = next((role for prefix, role in OWN_ROLES.items() if node.kind.startswith(prefix)), None)
        own = [name for name in ("name", "path") if role and node.node(name) and f"{node.kind}.{name}" not in ROLE_OF]
        for name in own:
            self.add(node.node(name), role or "")
        if "View" in node.kind and node.fields.get("recursive") and (view := node.node("name")):
            scope = replace(scope, itself=view.path)
        if node.kind == "CreateTableFunctionStatement":
            scope = scope.with_tables(self.table_parameters(node))
        self.children(node, scope, leaving=own)

    @staticmethod
    def table_parameters(node: Node) -> Iterator[str]:
        for parameter in node.nodes("function_declaration", "parameters", "parameter_entries"):
            templated = parameter.node("templated_parameter_type")
            is_table = parameter.node("tvf_schema") or templated and templated.fields.get("kind") == "ANY_TABLE"
            if is_table and (name := parameter.node("name")):
                yield name.name

    def manipulation(self, node: Node, scope: Scope, is_nested: bool = False) -> None:
        target, alias = node.node("target_path"), node.node("alias")
        if not is_nested:
            self.add(target, "dml")
        if target:
            self.visit(target, scope)  # a subscript may hold anything
        rows = set(scope.rows)
        if target and target.path:
            own = target.path[-1].lower()
            rows.add(own)
            if alias and node.kind != "MergeStatement" and alias.name != own:
                rows.discard(own)
        if alias:
            rows.add(alias.name)
        for source in (node.node("from_clause", "table_expression"), node.node("table_expression")):
            if source:
                rows |= self.from_item(source, scope, frozenset(rows))
        inner = replace(scope, rows=frozenset(rows))
        self.children(node, inner, leaving=("target_path", "alias", "from_clause", "table_expression"))

    def update_item(self, node: Node, scope: Scope) -> None:
        for name in ("insert_statement", "delete_statement", "update_statement"):
            if nested := node.node(name):
                self.manipulation(nested, scope, is_nested=True)
        if value := node.node("set_value"):
            self.visit(value, scope)

    # Queries; each method returns the names of rows that what it read leaves in scope.

    def query(self, node: Node, scope: Scope) -> frozenset[str]:
        if clause := node.node("with_clause"):
            scope = self.with_clause(clause, scope)
        body = node.node("query_expr")
        rows = scope.rows
        inner = scope
        if body and body.kind == "Select":
            inner = self.select(body, scope)
        elif body:
            rows |= self.query_expression(body, scope)
            inner = replace(scope, rows=rows)
        if order := node.node("order_by"):
            self.visit(order, inner)
        for name in ("limit_offset", "lock_mode"):
            if clause := node.node(name):
                self.visit(clause, replace(scope, rows=rows))
        return self.pipes(node, replace(scope, rows=rows))

    def query_expression(self, node: Node, scope: Scope) -> frozenset[str]:
        """The body of a query, but for a plain SELECT, which leaves no row in scope."""
        if node.kind == "AliasedQueryExpression":
            if query := node.node("query"):
                self.query(query, scope)
            alias = node.node("alias")
            return frozenset({alias.name} if alias else ())
        if node.kind == "FromQuery":
            return self.from_item(node.node("from_clause", "table_expression"), scope, scope.rows)
        self.visit(node, scope)
        return frozenset()

    def set_operation(self, node: Node, scope: Scope) -> None:
        for part in node.nodes("inputs"):
            self.query_expression(part, scope)
        self.children(node, scope, leaving=("inputs",))

    def select(self, node: Node, scope: Scope) -> Scope:
        source = node.node("from_clause", "table_expression")
        inner = replace(scope, rows=self.from_item(source, scope, scope.rows)) if source else scope
        self.children(node, inner, leaving=("from_clause",))
        return inner

    def with_clause(self, node: Node, scope: Scope) -> Scope:
        entries = node.nodes("with")
        names = [alias.name for entry in entries if (alias := entry.node("alias"))]
        if node.fields.get("recursive"):
            scope = scope.with_tables(names)
        for entry, name in zip(entries, names, strict=True):
            self.children(entry, scope)
            scope = scope.with_tables([name])
        return scope

    def table_clause(self, node: Node, scope: Scope) -> None:
        named = node.node("table_path")
        path = named.path if named else None
        if path and path != scope.itself and not (len(path) == 1 and path[0].lower() in scope.tables):
            self.add(named, "read")
        self.children(node, scope, leaving=("table_path",))

    def pipes(self, node: Node, scope: Scope) -> frozenset[str]:
        for operator in node.nodes("pipe_operator_list"):
            match operator.kind:
                case "PipeJoin" | "PipeCall":
                    item = operator.node("join") or operator.node("tvf")
                    scope = replace(scope, rows=self.from_item(item, scope, scope.rows))
                case "PipeWith":
                    if clause := operator.node("with_clause"):
                        scope = self.with_clause(clause, scope)
                case "PipeRecursiveUnion":
                    alias = operator.node("alias")
                    self.children(operator, scope.with_tables([alias.name]) if alias else scope)
                case "PipeAs":
                    if alias := operator.node("alias"):
                        scope = scope.with_rows([alias.name])
                case _:
                    self.children(operator, scope)
        return scope.rows

    # FROM

    def from_item(
            self, node: Node | None, scope: Scope, rows: frozenset[str]
    ) -> frozenset[str]:
        """Reads an item of FROM whose place in the list has `rows` in scope, and returns what is in scope after it.

        What an item encloses sees only the rows of the queries around, those of `scope`.
        """
        if node is None or node.kind == "PipeJoinLhsPlaceholder":
            return rows
        here = replace(scope, rows=rows)
        alias = node.node("alias")
        names = {alias.name} if alias else set()
        match node.kind:
            case "TablePathExpression":
                names |= self.table_path(node, here)
            case "TableSubquery":
                names |= self.table_subquery(node, scope, here)
            case "Join":
                rows = self.from_item(node.node("lhs"), scope, rows)
                rows = self.from_item(node.node("rhs"), scope, rows)
                self.children(node, replace(scope, rows=rows), leaving=("lhs", "rhs"))
            case "ParenthesizedJoin":
                names |= self.from_item(node.node("join"), scope, scope.rows)
                self.children(node, scope, leaving=("join",))
            case "TVF":
                self.add(node.node("name"), "tvf")
                self.children(node, here, leaving=("name", "alias"))
            case _:
                self.children(node, scope)
        return rows | names

    def table_path(self, node: Node, here: Scope) -> set[str]:
        named = node.node("path_expr")
        path = named.path if named else None
        if path and path != here.itself:
            hidden = here.tables if len(path) == 1 else here.rows
            if path[0].lower() not in hidden:
                self.add(named, "read")
        self.children(node, here, leaving=("path_expr", "alias"))
        return {path[-1].lower()} if path and not node.node("alias") else set()

    def table_subquery(self, node: Node, scope: Scope, here: Scope) -> frozenset[str]:
        query = node.node("subquery")
        rows = self.query(query, here if node.fields.get("is_lateral") else scope) if query else frozenset()
        self.children(node, scope, leaving=("subquery", "alias"))
        return frozenset() if node.node("alias") else rows
