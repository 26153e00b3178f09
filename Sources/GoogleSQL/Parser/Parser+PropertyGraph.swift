/// CREATE PROPERTY GRAPH.
extension Parser {
    mutating func parseCreatePropertyGraph(_ header: CreateHeader) throws(SyntaxError) -> CreatePropertyGraph {
        advance()
        try expect(.graph)
        let allowsExisting = try acceptIfNotExists()
        let name = try parseWholePath()
        try expect(.node)
        try expect(.tables)
        let nodes = try parseGraphElementTables()
        var edges: [GraphElementTable] = []
        if accept(.edge) {
            try expect(.tables)
            edges = try parseGraphElementTables()
        }
        let options = try parseOptionsClause()
        return CreatePropertyGraph(
            header: header,
            allowsExisting: allowsExisting,
            name: name,
            nodes: nodes,
            edges: edges,
            options: options,
            tokens: header.tokens.lowerBound..<index
        )
    }

    /// Reads tables in parentheses; a comma may end the list.
    private mutating func parseGraphElementTables() throws(SyntaxError) -> [GraphElementTable] {
        try parseInParentheses { parser throws(SyntaxError) in
            var tables = [try parser.parseGraphElementTable()]
            while parser.accept(.comma), parser.kind != .rightParenthesis {
                tables.append(try parser.parseGraphElementTable())
            }
            return tables
        }
    }

    private mutating func parseGraphElementTable() throws(SyntaxError) -> GraphElementTable {
        let start = index
        let table = try parseWholePath()
        let alias = try parseAliasWithKeyword()
        let key = accept(.key) ? try parseIdentifierList() : []
        let source = try parseGraphNodeReference(.source)
        let destination = try parseGraphNodeReference(.destination)
        let labels = try parseGraphLabels()
        let (dynamicLabel, dynamicProperties) = try parseDynamicClauses()
        return GraphElementTable(
            table: table,
            alias: alias,
            key: key,
            source: source,
            destination: destination,
            labels: labels,
            dynamicLabel: dynamicLabel,
            dynamicProperties: dynamicProperties,
            tokens: start..<index
        )
    }

    /// Reads `SOURCE KEY (…) REFERENCES node (…)`, or the same with DESTINATION, if it is there.
    private mutating func parseGraphNodeReference(_ end: Keyword) throws(SyntaxError) -> GraphNodeReference? {
        let start = index
        guard accept(end) else { return nil }
        try expect(.key)
        let columns = try parseIdentifierList()
        try expect(.references)
        let node = try parseIdentifier()
        let nodeColumns = kind == .leftParenthesis ? try parseIdentifierList() : []
        return GraphNodeReference(columns: columns, node: node, nodeColumns: nodeColumns, tokens: start..<index)
    }

    // MARK: Labels and properties

    private mutating func parseGraphLabels() throws(SyntaxError) -> [GraphLabel] {
        let start = index
        if let properties = try parseGraphProperties() {
            return [GraphLabel(name: nil, options: nil, properties: properties, tokens: start..<index)]
        }
        var labels: [GraphLabel] = []
        while keyword == .label || keyword == .default {
            let start = index
            var name: Identifier?
            var options: [HintEntry]?
            if accept(.default) {
                try expect(.label)
                options = try parseOptionsClause()
            } else {
                advance()
                name = try parseIdentifier()
            }
            let properties = try parseGraphProperties()
            labels.append(GraphLabel(name: name, options: options, properties: properties, tokens: start..<index))
        }
        return labels
    }

    /// Reads `NO PROPERTIES` or `PROPERTIES …`, if it is there.
    private mutating func parseGraphProperties() throws(SyntaxError) -> GraphLabel.Properties? {
        if accept(.no) {
            try expect(.properties)
            return .noColumns
        }
        guard accept(.properties) else { return nil }
        if kind == .leftParenthesis {
            return .derived(
                try parseInParentheses { parser throws(SyntaxError) in
                    try parser.parseList { parser throws(SyntaxError) in try parser.parseGraphProperty() }
                }
            )
        }
        _ = accept(.are)
        try expect(.all)
        try expect(.columns)
        guard keyword == .except, peekKind(1) == .leftParenthesis else { return .allColumns(except: []) }
        advance()
        return .allColumns(except: try parseIdentifierList())
    }

    private mutating func parseGraphProperty() throws(SyntaxError) -> GraphProperty {
        let start = index
        let expression = try parseExpression()
        let alias = try parseAliasWithKeyword()
        let options = try parseOptionsClause()
        return GraphProperty(expression: expression, alias: alias, options: options, tokens: start..<index)
    }

    /// Reads `DYNAMIC LABEL (…)` and `DYNAMIC PROPERTIES (…)`, each at most once, in any order.
    private mutating func parseDynamicClauses() throws(SyntaxError) -> (label: Expression?, properties: Expression?) {
        var label: Expression?
        var properties: Expression?
        while keyword == .dynamic {
            let start = index
            advance()
            let isLabel = keyword == .label
            guard isLabel || keyword == .properties else { throw unexpected(expected: "`LABEL` or `PROPERTIES`") }
            advance()
            let expression = try parseInParentheses { parser throws(SyntaxError) in try parser.parseExpression() }
            if isLabel ? label != nil : properties != nil {
                let clause = isLabel ? "DYNAMIC LABEL" : "DYNAMIC PROPERTIES"
                throw failure("an element table has one \(clause)", at: start)
            }
            if isLabel { label = expression } else { properties = expression }
            if label == nil || properties == nil { try refuseStaticClause() }
        }
        return (label, properties)
    }

    /// Throws if a label or properties that are not dynamic follow.
    private mutating func refuseStaticClause() throws(SyntaxError) {
        let start = index
        switch keyword {
        case .label, .properties: break
        case .no:
            advance()
            try expect(.properties)
        case .default:
            advance()
            try expect(.label)
        default: return
        }
        throw failure("LABEL and PROPERTIES must stand before what is dynamic", at: start)
    }
}
