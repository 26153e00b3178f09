/// A format that rows are written in.
public enum RowFormat: Sendable, Hashable {
    /// A line of JSON for each row.
    case ndjson(NDJSONSettings)
    /// Comma-separated values (RFC 4180).
    case csv(CSVSettings)
    /// The streaming format of Arrow IPC.
    case arrow(ArrowSettings)
}

/// How lines of JSON look.
public struct NDJSONSettings: Sendable, Hashable {
    /// Whether a row is an object with the columns' names; else an array, as in the answers of the tools.
    public var hasNames: Bool

    /// Creates settings.
    public init(hasNames: Bool = false) { self.hasNames = hasNames }
}

/// How comma-separated values look.
public struct CSVSettings: Sendable, Hashable {
    /// Whether the columns' names come first; not when a download goes on from a row.
    public var hasHeader: Bool
    /// Whether a cell that a spreadsheet would run as a formula gets an apostrophe in front.
    public var defusesFormulas: Bool

    /// Creates settings.
    public init(hasHeader: Bool = true, defusesFormulas: Bool = false) {
        self.hasHeader = hasHeader
        self.defusesFormulas = defusesFormulas
    }
}

/// How an Arrow stream is cut.
public struct ArrowSettings: Sendable, Hashable {
    /// The most rows of a record batch.
    public var batchRowsMax: Int
    /// From how many bytes of JSON on a record batch is written; what is held is up to about three times as much.
    public var batchBytes: Int

    /// Creates settings.
    public init(batchRowsMax: Int = 8192, batchBytes: Int = 524_288) {
        self.batchRowsMax = min(max(batchRowsMax, 1), 1_000_000)
        self.batchBytes = min(max(batchBytes, 1), 64_000_000)
    }
}

/// How much of a result is wanted.
public struct RowBudget: Sendable, Hashable {
    /// The most rows.
    public var rowsMax: Int64
    /// The most bytes of output, with a header; the first row always comes, so that paging ends. Arrow's batches do not
    /// count here.
    public var bytesMax: Int

    /// Creates a budget.
    public init(rowsMax: Int64 = .max, bytesMax: Int = .max) {
        self.rowsMax = max(rowsMax, 0)
        self.bytesMax = max(bytesMax, 0)
    }

    /// Everything.
    public static let unlimited = RowBudget()
}
