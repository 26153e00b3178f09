/// `CREATE PROPERTY GRAPH name NODE TABLES (…) EDGE TABLES (…)`.
public struct CreatePropertyGraph: Sendable {
    /// OR REPLACE.
    public let header: CreateHeader
    /// Whether IF NOT EXISTS is there.
    public let allowsExisting: Bool
    /// The name.
    public let name: PathExpression
    /// The tables of nodes, at least one.
    public let nodes: [GraphElementTable]
    /// The tables of edges.
    public let edges: [GraphElementTable]
    /// OPTIONS, after the tables.
    public let options: [HintEntry]?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// A table that a property graph has nodes or edges in.
public struct GraphElementTable: Sendable {
    /// The table.
    public let table: PathExpression
    /// The name in the graph.
    public let alias: Alias?
    /// KEY; empty where it is that of the table.
    public let key: [Identifier]
    /// SOURCE KEY.
    public let source: GraphNodeReference?
    /// DESTINATION KEY.
    public let destination: GraphNodeReference?
    /// The labels; none where the name is the label.
    public let labels: [GraphLabel]
    /// The expression in DYNAMIC LABEL.
    public let dynamicLabel: Expression?
    /// The expression in DYNAMIC PROPERTIES.
    public let dynamicProperties: Expression?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `SOURCE KEY (columns) REFERENCES node (columns)`, also with DESTINATION.
public struct GraphNodeReference: Sendable, Hashable {
    /// The columns of the edge.
    public let columns: [Identifier]
    /// The node, under its name in the graph.
    public let node: Identifier
    /// The columns of the node; empty where they are its key.
    public let nodeColumns: [Identifier]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `LABEL name PROPERTIES (…)`, `DEFAULT LABEL`, or properties alone.
public struct GraphLabel: Sendable {
    /// Which columns are properties.
    public enum Properties: Sendable {
        /// `NO PROPERTIES`
        case noColumns
        /// `PROPERTIES [ARE] ALL COLUMNS [EXCEPT (…)]`
        case allColumns(except: [Identifier])
        /// `PROPERTIES (expression AS name, …)`
        case derived([GraphProperty])
    }

    /// The name; nil for the default label, which is the name of the table.
    public let name: Identifier?
    /// OPTIONS, after DEFAULT LABEL alone.
    public let options: [HintEntry]?
    /// The properties; nil where all columns are.
    public let properties: Properties?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `expression AS name OPTIONS(…)` in the properties of a label.
public struct GraphProperty: Sendable {
    /// The value.
    public let expression: Expression
    /// The name.
    public let alias: Alias?
    /// OPTIONS.
    public let options: [HintEntry]?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}
