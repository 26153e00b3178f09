import Cryptography
public import JSON

/// Texts that are recorded only as commitments: HMAC-SHA256 under a random salt each. They live in memory until the
/// entry was encoded, and no description shows them.
public struct CommittedTexts: Sendable, CustomStringConvertible, CustomReflectable {
    /// The caller's SQL.
    public let originalSQL: String
    /// The SQL that is sent; null where there is none.
    public let rewrittenSQL: String?
    /// The caller's parameters in one encoding; empty where there are none.
    public let parameters: [UInt8]
    /// The reason that the caller gave; null where there is none.
    public let reason: String?

    /// Texts of one request.
    public init(originalSQL: String, rewrittenSQL: String?, parameters: [UInt8] = [], reason: String? = nil) {
        self.originalSQL = originalSQL
        self.rewrittenSQL = rewrittenSQL
        self.parameters = parameters
        self.reason = reason
    }

    /// Nothing of the texts.
    public var description: String { "CommittedTexts" }
    /// Nothing of the texts.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// One reason of a refusal: its code and its place. The message can quote the query and is not recorded.
public struct AuditRefusal: Sendable, Hashable {
    /// The code, for example `statement.drop`.
    public let code: String
    /// The line in the caller's SQL, from 1; null where there is no place.
    public let line: Int?
    /// The column in that line, from 1; null where there is no place.
    public let column: Int?

    /// A reason.
    public init(code: String, line: Int? = nil, column: Int? = nil) {
        self.code = code
        self.line = line
        self.column = column
    }
}

/// A request was refused before anything was done for it.
public struct RequestRefused: Sendable {
    /// The MCP tool, or what else was asked for.
    public let tool: String
    /// All reasons.
    public let refusals: [AuditRefusal]
    /// The job that was asked about, where one was; it need not exist.
    public let jobID: String?
    /// The SQL with its literals as `?`; null where there is no SQL or it could not be read.
    public let sqlShape: String?
    /// The texts to commit to; null where there is no SQL.
    public let texts: CommittedTexts?

    /// A refusal.
    public init(
        tool: String,
        refusals: [AuditRefusal],
        jobID: String? = nil,
        sqlShape: String? = nil,
        texts: CommittedTexts? = nil
    ) {
        self.tool = tool
        self.refusals = refusals
        self.jobID = jobID
        self.sqlShape = sqlShape
        self.texts = texts
    }
}

/// What the rewriter found out about a query.
public struct AuditQuery: Sendable {
    /// The SQL with its literals as `?`.
    public let sqlShape: String
    /// The texts to commit to.
    public let texts: CommittedTexts
    /// The tables that the rewritten query reads, as `project.dataset.table`.
    public let tables: [String]
    /// The columns that it masks.
    public let maskedColumns: [AuditMaskedColumn]

    /// A query.
    public init(sqlShape: String, texts: CommittedTexts, tables: [String], maskedColumns: [AuditMaskedColumn]) {
        self.sqlShape = sqlShape
        self.texts = texts
        self.tables = tables
        self.maskedColumns = maskedColumns
    }
}

/// A query was examined without running it.
public struct QueryEstimated: Sendable {
    /// The query.
    public let query: AuditQuery
    /// The bytes that BigQuery's dry run names, exactly.
    public let bytesProcessed: Int64?
    /// The figure that the caller was shown, where it was rounded.
    public let bytesShown: Int64?

    /// An estimate.
    public init(query: AuditQuery, bytesProcessed: Int64?, bytesShown: Int64?) {
        self.query = query
        self.bytesProcessed = bytesProcessed
        self.bytesShown = bytesShown
    }
}

/// A job is about to be sent.
public struct JobSubmitted: Sendable {
    /// The job, under the ID that we gave it.
    public let job: AuditJob
    /// The MCP tool.
    public let tool: String
    /// The query.
    public let query: AuditQuery
    /// The most bytes that the job may bill.
    public let bytesBilledMax: Int64
    /// The most that the caller asked for, where they did: it is rounded up where a masked column is read.
    public let bytesBilledAsked: Int64?
    /// SHA-256 of the SQL that is sent without its literals, in hexadecimal: for comparing with what BigQuery ran where
    /// no key ring opens the commitment. Null where the SQL could not be cut into tokens.
    public let sentShapeDigest: String?

    /// A job before its send.
    public init(
        job: AuditJob,
        tool: String,
        query: AuditQuery,
        bytesBilledMax: Int64,
        bytesBilledAsked: Int64? = nil,
        sentShapeDigest: String? = nil
    ) {
        self.job = job
        self.tool = tool
        self.query = query
        self.bytesBilledMax = bytesBilledMax
        self.bytesBilledAsked = bytesBilledAsked
        self.sentShapeDigest = sentShapeDigest
    }
}

/// A job's end.
public struct JobEnded: Sendable {
    /// How a job ended.
    public enum Outcome: String, Sendable, Hashable, CaseIterable {
        /// Its result may be delivered.
        case done
        /// BigQuery reported an error.
        case failed
        /// It was cancelled by its caller or by a time limit.
        case cancelled
        /// It ran, and its result is withheld because a check failed.
        case withheld
        /// BigQuery does not know it, or what became of it could not be found out.
        case unknown
    }

    /// BigQuery's figures, exactly.
    public struct Statistics: Sendable, Hashable {
        /// The bytes read.
        public var bytesProcessed: Int64?
        /// The bytes billed.
        public var bytesBilled: Int64?
        /// The figure that the caller was shown, where it was rounded.
        public var bytesShown: Int64?
        /// Slot milliseconds.
        public var slotMilliseconds: Int64?
        /// Whether the result came from BigQuery's cache.
        public var isCacheHit: Bool?
        /// The rows of the result.
        public var totalRows: Int64?

        /// Figures that are not known are null.
        public init() {}
    }

    /// The job.
    public let job: AuditJob
    /// How it ended.
    public let outcome: Outcome
    /// A code when it did not end well: BigQuery's error reason, or the code of the check that failed.
    public let reason: String?
    /// BigQuery's figures.
    public let statistics: Statistics
    /// The tables that BigQuery says it read, as `project.dataset.table`.
    public let referencedTables: [String]

    /// An end.
    public init(
        job: AuditJob,
        outcome: Outcome,
        reason: String? = nil,
        statistics: Statistics = Statistics(),
        referencedTables: [String] = []
    ) {
        self.job = job
        self.outcome = outcome
        self.reason = reason
        self.statistics = statistics
        self.referencedTables = referencedTables
    }
}

/// Rows are about to be handed to the caller.
public struct PageDelivered: Sendable {
    /// The job whose result it is.
    public let job: AuditJob
    /// The page's number, from 1.
    public let page: Int
    /// The number of rows in it.
    public let rowCount: Int
    /// The number of bytes delivered.
    public let byteCount: Int
    /// SHA-256 of the bytes delivered, in hexadecimal.
    public let digest: String
    /// What is kept of the page, sealed; null where content is not recorded.
    public let recorded: RecordedContent?

    /// A page of these bytes, of which the count and the digest are recorded; the bytes themselves, and the columns
    /// told with them, only where `keeping` names those.
    public init(job: AuditJob, page: Int, rowCount: Int, content: [UInt8], keeping columns: JSONValue? = nil) {
        self.job = job
        self.page = page
        self.rowCount = rowCount
        byteCount = content.count
        digest = Hex.encode(SHA256.hash(content))
        recorded = columns.map { .page(rows: content, columns: $0) }
    }
}
