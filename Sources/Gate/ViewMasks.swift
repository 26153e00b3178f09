import Catalog
import Masking

extension QueryGate {
    /// The masks that the columns of a view derive from, by position, or why it cannot be read; none for a table.
    ///
    /// They are those of `SELECT *` of the view, so that what is told is what a query does.
    func derivedMasks(
        of schema: TableSchema,
        under policy: MaskingPolicy
    ) async -> Result<[ColumnMask?], RefusalList> {
        guard schema.kind.viewDefinition != nil else { return .success([]) }
        let name = [schema.id.project, schema.id.dataset, schema.id.table].map { "`\($0)`" }.joined(separator: ".")
        let analyzed = analyzed("SELECT * FROM \(name)", parameters: [])
        let snapshot = await schemas.snapshot(of: analyzed.needs, under: policy)
        return rewriter(policy).rewrite(analyzed, against: snapshot)
            .map { $0.outputMasks(columnCount: schema.columns.count) }
    }
}
