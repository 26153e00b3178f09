/// EXPORT, LOAD DATA and CLONE DATA.
extension Parser {
    mutating func parseTransfer() throws(SyntaxError) -> TransferStatement {
        switch keyword {
        case .export: return try parseExport()
        case .load: return .loadData(try parseLoadData())
        default: return .cloneData(try parseCloneData())
        }
    }

    // MARK: EXPORT

    private mutating func parseExport() throws(SyntaxError) -> TransferStatement {
        switch peekKeyword(1) {
        case .model: return .exportModel(try parseExportModel())
        case .table: return .exportMetadata(try parseExportMetadata())
        default: return .exportData(try parseExportData())
        }
    }

    private mutating func parseExportData() throws(SyntaxError) -> ExportDataStatement {
        try parseExportData { parser throws(SyntaxError) in
            guard let query = try parser.parseAsQuery() else { throw parser.unexpected(expected: "`AS`") }
            return query
        }
    }

    /// Reads the EXPORT DATA of pipe syntax, whose rows are those before it.
    mutating func parsePipeExportData() throws(SyntaxError) -> ExportDataStatement {
        try parseExportData { parser throws(SyntaxError) in try parser.refusePipeQuery() }
    }

    /// Throws for AS after a pipe operator that takes its rows from the operators before it.
    func refusePipeQuery() throws(SyntaxError) -> Query? {
        guard keyword == .as else { return nil }
        throw failure("a pipe operator that writes takes no query after AS", at: index)
    }

    private mutating func parseExportData(
        query parseSource: (inout Parser) throws(SyntaxError) -> Query?
    ) throws(SyntaxError) -> ExportDataStatement {
        let start = index
        advance()
        guard accept(.data) else { throw unexpected(expected: "`DATA`") }
        let connection = try parseWithConnection()
        let options = try parseOptionsClause()
        let query = try parseSource(&self)
        return ExportDataStatement(connection: connection, options: options, query: query, tokens: start..<index)
    }

    private mutating func parseExportModel() throws(SyntaxError) -> ExportModelStatement {
        let start = index
        advance()
        advance()
        let model = try parseWholePath()
        let connection = try parseWithConnection()
        let options = try parseOptionsClause()
        return ExportModelStatement(model: model, connection: connection, options: options, tokens: start..<index)
    }

    private mutating func parseExportMetadata() throws(SyntaxError) -> ExportMetadataStatement {
        let start = index
        advance()
        let object = index
        advance()
        let isFunction = accept(.function)
        try expect(.metadata)
        try expect(.from)
        let table = try parseWholeDashedPath()
        let connection = try parseWithConnection()
        let options = try parseOptionsClause()
        if isFunction { throw failure("EXPORT TABLE FUNCTION METADATA is not supported", at: object) }
        return ExportMetadataStatement(table: table, connection: connection, options: options, tokens: start..<index)
    }

    // MARK: LOAD DATA

    private mutating func parseLoadData() throws(SyntaxError) -> LoadDataStatement {
        let start = index
        advance()
        try expect(.data)
        let mode: LoadDataStatement.Mode
        switch keyword {
        case .into: mode = .append
        case .overwrite: mode = .overwrite
        default: throw unexpected(expected: "`INTO` or `OVERWRITE`")
        }
        advance()
        let isTemporary = accept(.temp, .table) || accept(.temporary, .table)
        let target = try parseWholeDashedPath()
        let elements = try parseOptionalTableElementList()
        let partitions = try parseLoadPartitions()
        let collation = try parseCollation()
        let partitionBy = try parsePartitionBy()
        let clusterBy = try parseClusterBy()
        let options = try parseOptionsClause()
        try expect(.from)
        try expect(.files)
        let files = try parseOptions()
        let partitionColumns = try parsePartitionColumns()
        let connection = try parseWithConnection()
        return LoadDataStatement(
            mode: mode,
            isTemporary: isTemporary,
            target: target,
            elements: elements,
            partitions: partitions,
            collation: collation,
            partitionBy: partitionBy,
            clusterBy: clusterBy,
            options: options,
            files: files,
            partitionColumns: partitionColumns,
            connection: connection,
            tokens: start..<index
        )
    }

    /// Reads `[OVERWRITE] PARTITIONS (condition)`, if it is there.
    private mutating func parseLoadPartitions() throws(SyntaxError) -> LoadDataStatement.Partitions? {
        guard keyword == .overwrite || keyword == .partitions else { return nil }
        let start = index
        let overwrites = accept(.overwrite)
        try expect(.partitions)
        let condition = try parseInParentheses { parser throws(SyntaxError) in try parser.parseExpression() }
        return LoadDataStatement.Partitions(overwrites: overwrites, condition: condition, tokens: start..<index)
    }

    // MARK: CLONE DATA

    private mutating func parseCloneData() throws(SyntaxError) -> CloneDataStatement {
        let start = index
        advance()
        try expect(.data)
        try expect(.into)
        let target = try parseWholeDashedPath()
        try expect(.from)
        var sources = [try parseDataSource()]
        while accept(.union) {
            try expect(.all)
            sources.append(try parseDataSource())
        }
        return CloneDataStatement(target: target, sources: sources, tokens: start..<index)
    }
}
