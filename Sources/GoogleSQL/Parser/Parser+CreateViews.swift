/// CREATE of views.
extension Parser {
    mutating func parseCreateView(_ header: CreateHeader) throws(SyntaxError) -> CreateView {
        let variant: CreateView.Variant
        switch keyword {
        case .materialized: variant = .materialized
        case .approx: variant = .approximate
        default: variant = .plain
        }
        if variant != .plain { advance() }
        let isRecursive = accept(.recursive)
        try expect(.view)
        let allowsExisting = try acceptIfNotExists()
        let name = try parseWholeDashedPath()
        let columns = try parseColumnsWithOptions()
        let security = try parseSQLSecurity()
        let partitionBy = variant == .materialized ? try parsePartitionBy() : []
        let clusterBy = variant == .materialized ? try parseClusterBy() : []
        let options = try parseOptionsClause()
        let source = try parseViewSource(isMaterialized: variant == .materialized)
        return CreateView(
            header: header,
            variant: variant,
            isRecursive: isRecursive,
            allowsExisting: allowsExisting,
            name: name,
            columns: columns,
            security: security,
            partitionBy: partitionBy,
            clusterBy: clusterBy,
            options: options,
            source: source,
            tokens: header.tokens.lowerBound..<index
        )
    }

    private mutating func parseViewSource(isMaterialized: Bool) throws(SyntaxError) -> CreateView.Source {
        if isMaterialized, keyword == .as, peekKeyword(1) == .replica {
            advance()
            advance()
            try expect(.of)
            return .replica(try parseWholeDashedPath())
        }
        guard let query = try parseAsQuery(allowsGraph: !isMaterialized) else { throw unexpected(expected: "`AS`") }
        return .query(query)
    }
}
