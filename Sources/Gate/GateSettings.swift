public import Catalog

/// What the operator fixed for every caller; roles and callers can only tighten the limits.
public struct GateSettings: Sendable {
    /// The project that jobs are billed to; unqualified datasets are its own.
    public let project: String
    /// Where every job runs.
    public let location: String
    /// Where unqualified table names are looked up.
    public let defaultDataset: String?
    /// What exists for callers; everything else is as if absent.
    public let datasets: [DatasetID]
    /// Bytes that one query may bill.
    public let maxBytesBilled: Int64
    /// Rows of a page at most.
    public let pageRows: Int
    /// Bytes of a page's rows at most, as JSON.
    public let pageBytes: Int
    /// How long a job may run before BigQuery stops it.
    public let queryTimeout: Duration
    /// Tables that a query may read through one wildcard.
    public let wildcardTablesMax: Int
    /// Whether functions of datasets that are written in JavaScript may be called.
    public let allowsJavaScript: Bool
    /// Whether what callers are given is kept, sealed, in the audit log.
    public let recordsContent: Bool

    /// The tables of a wildcard where the operator says nothing: as many as BigQuery allows one query to name.
    public static let wildcardTablesDefault = 1000
    /// How long `query` waits before it answers `running`: below the 60 s at which some clients give a call up
    /// (`docs` of MCP clients), with room for the page itself.
    public static let answerWait: Duration = .seconds(20)
    /// The longest wait of `get_job`.
    public static let jobWaitSecondsMax = 25
    /// How old a schema may be when a further page leaves.
    public static let schemaAgeMax: Duration = .seconds(60)
    /// How long a cursor is good for; BigQuery keeps a result's table for 24 hours.
    public static let cursorSecondsMax: Int64 = 12 * 3600
    /// Jobs of which results can be paged, per process; the oldest is forgotten first.
    public static let openJobsMax = 10_000
    /// The least that BigQuery bills, and the step to which byte figures are rounded for callers.
    public static let byteStep: Int64 = 10 * 1024 * 1024

    /// Creates the settings from checked configuration.
    public init(
        project: String,
        location: String,
        defaultDataset: String?,
        datasets: [DatasetID],
        limits: (maxBytesBilled: Int64, pageRows: Int, pageBytes: Int, queryTimeout: Duration),
        wildcardTablesMax: Int = wildcardTablesDefault,
        allowsJavaScript: Bool = false,
        recordsContent: Bool = false
    ) {
        self.project = project
        self.location = location
        self.defaultDataset = defaultDataset
        self.datasets = datasets
        self.maxBytesBilled = limits.maxBytesBilled
        self.pageRows = limits.pageRows
        self.pageBytes = limits.pageBytes
        self.queryTimeout = limits.queryTimeout
        self.wildcardTablesMax = wildcardTablesMax
        self.allowsJavaScript = allowsJavaScript
        self.recordsContent = recordsContent
    }
}
