import Audit
import BigQuery
import Catalog
import Masking

/// A query that may be sent: masked, with the limits it runs under.
struct PreparedQuery: Sendable {
    let request: QueryRequest
    let query: MaskedQuery
    /// The caller's SQL with its literals as `?`.
    let shape: String
    let limits: RequestLimits
    /// What the job would carry.
    let options: JobOptions

    /// What the log says of the query: its shape and commitments to its texts, never its literals.
    var auditQuery: AuditQuery {
        AuditQuery(
            sqlShape: shape,
            texts: request.committedTexts(rewrittenSQL: query.sql),
            tables: namedTables.map(\.description) + query.routines.keys.sorted().map(\.description),
            maskedColumns: query.maskedColumns.map {
                AuditMaskedColumn(
                    table: $0.table.description,
                    column: $0.column,
                    tag: $0.tag,
                    rule: $0.rule.name
                )
            }
        )
    }
}

extension PreparedQuery {
    /// Tables and views, then wildcards, then the tables that these are pinned to, which may be more than an entry of the
    /// log has room for.
    private var namedTables: [TableID] {
        let patterns = query.wildcards.keys.sorted()
        let named = query.schemas.keys.filter { id in
            query.tables.contains(id) || patterns.allSatisfy { id.suffix(in: $0) == nil }
        }
        let pinned = Set(query.wildcards.values.joined()).subtracting(named)
        return named.sorted() + patterns + pinned.sorted()
    }
}

/// The limits of one request: the configuration's, the roles' and the caller's, whichever is least.
struct RequestLimits: Sendable {
    let bytesBilledMax: Int64
    /// Rows of a page at most; what one call asks for comes on top of this.
    let pageRows: Int
    let queryTimeout: Duration
}

extension QueryGate {
    func limits(of policy: MaskingPolicy, _ request: QueryRequest, masked: Bool) -> RequestLimits {
        let roles = policy.limits
        var bytes = min(settings.maxBytesBilled, roles.bytesBilledMax ?? .max)
        if let asked = request.maxBytesBilled {
            // A finer cap would let the caller measure how many bytes a masked column has (BigQuery's own advice on
            // row-level security), so it is rounded up like every figure that is shown.
            bytes = min(bytes, masked ? Self.roundedUp(asked) : asked)
        }
        let rows = [settings.pageRows, roles.pageRowsMax.map { Int(clamping: $0) }]
        let seconds = roles.querySecondsMax.map { Duration.seconds($0) }
        return RequestLimits(
            bytesBilledMax: bytes,
            pageRows: rows.compactMap(\.self).min() ?? settings.pageRows,
            queryTimeout: min(settings.queryTimeout, seconds ?? settings.queryTimeout)
        )
    }

    /// The figure that a caller is shown: rounded up where a masked column takes part, exact elsewhere.
    func shownBytes(_ bytes: Int64, _ query: MaskedQuery) -> Int64 {
        query.touchesMaskedTable ? Self.roundedUp(bytes) : bytes
    }

    static func roundedUp(_ bytes: Int64) -> Int64 {
        let step = GateSettings.byteStep
        guard bytes > 0 else { return 0 }
        let (sum, overflow) = bytes.addingReportingOverflow(step - 1)
        return overflow ? bytes : sum / step * step
    }
}
