/// CREATE of tables, snapshots, schemas, connections.
extension Parser {
    mutating func parseCreateRelation(_ header: CreateHeader) throws(SyntaxError) -> CreateRelation {
        switch keyword {
        case .table: return .table(try parseCreateTable(header))
        case .external: return try parseCreateExternal(header)
        case .view, .recursive: return .view(try parseCreateView(header))
        case .database where header.scope == nil && !header.replaces: return .database(try parseCreateDatabase(header))
        default: break
        }
        guard header.scope == nil else { throw unexpected(expected: "an object that can be temporary") }
        switch keyword {
        case .snapshot: return .snapshot(try parseCreateSnapshot(header))
        case .materialized, .approx: return .view(try parseCreateView(header))
        case .schema: return .schema(try parseCreateSchema(header))
        case .connection: return .connection(try parseCreateConnection(header))
        default: throw unexpected(expected: "an object that can be replaced")
        }
    }

    // MARK: Tables

    private mutating func parseCreateTable(_ header: CreateHeader) throws(SyntaxError) -> CreateTable {
        try parseCreateTable(header) { parser throws(SyntaxError) in try parser.parseAsQuery() }
    }

    /// Reads TABLE and all that follows it; `query` reads what the rows come from, at last.
    mutating func parseCreateTable(
        _ header: CreateHeader,
        query parseSource: (inout Parser) throws(SyntaxError) -> Query?
    ) throws(SyntaxError) -> CreateTable {
        try expect(.table)
        let allowsExisting = try acceptIfNotExists()
        let name = try parseWholeDashedPath()
        let elements = try parseOptionalTableElementList()
        try refusePrimaryKey()
        let like = try parseLikePath()
        let clone = accept(.clone) ? try parseDataSource() : nil
        let copy = accept(.copy) ? try parseDataSource() : nil
        let defaultCollation = try parseDefaultCollation()
        let partitionBy = try parsePartitionBy()
        let clusterBy = try parseClusterBy()
        try refuseDeletionPolicy()
        let connection = try parseWithConnection()
        let options = try parseOptionsClause()
        let query = try parseSource(&self)
        return CreateTable(
            header: header,
            allowsExisting: allowsExisting,
            name: name,
            elements: elements,
            like: like,
            clone: clone,
            copy: copy,
            defaultCollation: defaultCollation,
            partitionBy: partitionBy,
            clusterBy: clusterBy,
            connection: connection,
            options: options,
            query: query,
            tokens: header.tokens.lowerBound..<index
        )
    }

    /// Throws for `PRIMARY KEY (…)` after the columns, which only Spanner has.
    private mutating func refusePrimaryKey() throws(SyntaxError) {
        let start = index
        guard accept(.primary) else { return }
        try expect(.key)
        _ = try parsePrimaryKeyColumns()
        throw failure("PRIMARY KEY must stand in the list of columns", at: start)
    }

    /// Throws for `ROW DELETION POLICY (…)`, which only Spanner has.
    private mutating func refuseDeletionPolicy() throws(SyntaxError) {
        let start = index
        guard accept(.row) else { return }
        try expect(.deletion)
        try expect(.policy)
        _ = try parseInParentheses { parser throws(SyntaxError) in try parser.parseExpression() }
        throw failure("ROW DELETION POLICY is not supported", at: start)
    }

    private mutating func parseCreateExternal(_ header: CreateHeader) throws(SyntaxError) -> CreateRelation {
        let place = index
        advance()
        switch keyword {
        case .schema:
            advance()
            return .externalSchema(try parseCreateExternalSchema(header))
        case .table:
            advance()
            if keyword == .function { throw failure("CREATE EXTERNAL TABLE FUNCTION is not supported", at: place) }
            return .externalTable(try parseCreateExternalTable(header))
        default:
            throw unexpected(expected: "`SCHEMA` or `TABLE`")
        }
    }

    private mutating func parseCreateExternalTable(
        _ header: CreateHeader
    ) throws(SyntaxError) -> CreateExternalTable {
        let allowsExisting = try acceptIfNotExists()
        let name = try parseWholeDashedPath()
        let elements = try parseOptionalTableElementList()
        let like = try parseLikePath()
        let defaultCollation = try parseDefaultCollation()
        let partitionColumns = try parsePartitionColumns()
        let connection = try parseWithConnection()
        let options = try parseRequiredOptions()
        return CreateExternalTable(
            header: header,
            allowsExisting: allowsExisting,
            name: name,
            elements: elements,
            like: like,
            defaultCollation: defaultCollation,
            partitionColumns: partitionColumns,
            connection: connection,
            options: options,
            tokens: header.tokens.lowerBound..<index
        )
    }

    private mutating func parseRequiredOptions() throws(SyntaxError) -> [HintEntry] {
        try expect(.options)
        return try parseOptions()
    }

    // MARK: Snapshots

    private mutating func parseCreateSnapshot(_ header: CreateHeader) throws(SyntaxError) -> CreateSnapshot {
        advance()
        let place = index
        let object = accept(.table) ? .table : try parseSchemaObject()
        let allowsExisting = try acceptIfNotExists()
        let name = try parseWholeDashedPath()
        try expect(.clone)
        let source = try parseDataSource()
        let options = try parseOptionsClause()
        guard object == .table || object == .schema else {
            throw failure("there are snapshots of tables and schemas alone", at: place)
        }
        return CreateSnapshot(
            header: header,
            isOfSchema: object == .schema,
            allowsExisting: allowsExisting,
            name: name,
            source: source,
            options: options,
            tokens: header.tokens.lowerBound..<index
        )
    }

    // MARK: Schemas, connections, databases

    private mutating func parseCreateSchema(_ header: CreateHeader) throws(SyntaxError) -> CreateSchema {
        advance()
        let allowsExisting = try acceptIfNotExists()
        let name = try parseWholePath()
        let defaultCollation = try parseDefaultCollation()
        let options = try parseOptionsClause()
        return CreateSchema(
            header: header,
            allowsExisting: allowsExisting,
            name: name,
            defaultCollation: defaultCollation,
            options: options,
            tokens: header.tokens.lowerBound..<index
        )
    }

    private mutating func parseCreateExternalSchema(
        _ header: CreateHeader
    ) throws(SyntaxError) -> CreateExternalSchema {
        let allowsExisting = try acceptIfNotExists()
        let name = try parseWholePath()
        let connection = try parseWithConnection()
        let options = try parseRequiredOptions()
        return CreateExternalSchema(
            header: header,
            allowsExisting: allowsExisting,
            name: name,
            connection: connection,
            options: options,
            tokens: header.tokens.lowerBound..<index
        )
    }

    private mutating func parseCreateConnection(_ header: CreateHeader) throws(SyntaxError) -> CreateConnection {
        advance()
        let allowsExisting = try acceptIfNotExists()
        let name = try parseWholePath()
        let options = try parseOptionsClause()
        return CreateConnection(
            header: header,
            allowsExisting: allowsExisting,
            name: name,
            options: options,
            tokens: header.tokens.lowerBound..<index
        )
    }

    private mutating func parseCreateDatabase(_ header: CreateHeader) throws(SyntaxError) -> CreateDatabase {
        advance()
        let name = try parseWholePath()
        let options = try parseOptionsClause()
        return CreateDatabase(header: header, name: name, options: options, tokens: header.tokens.lowerBound..<index)
    }
}
