public import Catalog

/// Converts the pages of a result, as BigQuery sends them, to another format while they arrive.
///
/// Push the bytes of a page's body in chunks of any size, take the output after each push, and call
/// ``finishPage()`` at the end of each body and ``finish()`` at the end of the result. Whoever does not push waits:
/// nothing here reads, sends, or keeps time. Held are one row, one chunk's output, and for Arrow one record batch.
///
/// After an error every call throws it again; the output then ends with the last row before it (for Arrow with the last
/// whole batch), and what was taken must not be presented as the whole result.
public final class RowConverter {
    /// The number of rows converted, over all pages.
    public var rowCount: Int64 { sink.rowCount }
    /// Whether a row came that was beyond the budget: there is more than was written.
    public var isFull: Bool { sink.isFull }
    /// The number of bytes that wait to be taken.
    public var outputCount: Int { sink.output.count }

    private let limits: RowStreamLimits
    private let sink: EncodingSink
    private let buffer = InputBuffer()
    private let tape = RowTape()
    private var scanner: RowScanner
    private var failure: RowStreamError?

    /// Begins a result.
    ///
    /// - Parameters:
    ///   - columns: the result's columns, known from its job; that a page shows the same ones is for the caller to see.
    ///   - timestamps: what was asked for.
    ///   - budget: how much is wanted; rows beyond are checked and dropped.
    /// - Throws: when a column has a type that is not known.
    public init(
        columns: [Column],
        format: RowFormat,
        timestamps: TimestampForm = .microseconds,
        budget: RowBudget = .unlimited,
        limits: RowStreamLimits = .standard
    ) throws(RowStreamError) {
        self.limits = limits
        let plan = try ColumnPlan(columns)
        let output = OutputBuffer(capacity: 65_536)
        let encoder: any RowEncoder
        switch format {
        case .ndjson(let settings):
            encoder = NDJSONRowEncoder(plan, timestamps: timestamps, hasNames: settings.hasNames)
        case .csv(let settings):
            let csv = CSVRowEncoder(plan, timestamps: timestamps, defusesFormulas: settings.defusesFormulas)
            if settings.hasHeader { csv.header(columns, to: output) }
            encoder = csv
        case .arrow(let settings):
            let arrow = ArrowStreamEncoder(columns, plan, timestamps: timestamps, settings: settings)
            arrow.begin(to: output)
            encoder = arrow
        }
        sink = EncodingSink(encoder, output, budget)
        scanner = RowScanner(limits: limits, buffer: buffer, tape: tape)
    }

    /// Takes bytes of the page's body.
    public func push(_ bytes: Span<UInt8>) throws(RowStreamError) {
        if let failure { throw failure }
        do {
            try scanner.push(bytes, into: sink)
        } catch {
            failure = error
            throw error
        }
    }

    /// Takes bytes of the page's body.
    public func push(_ bytes: [UInt8]) throws(RowStreamError) {
        try push(bytes.span)
    }

    /// Ends the page; the next push begins another one.
    ///
    /// - Returns: what the page says beside its rows.
    public func finishPage() throws(RowStreamError) -> PageEnvelope {
        if let failure { throw failure }
        do {
            let envelope = try scanner.finish(into: sink)
            scanner = RowScanner(limits: limits, buffer: buffer, tape: tape)
            return envelope
        } catch {
            failure = error
            throw error
        }
    }

    /// Gives the page up, whose transfer broke: rows that are whole stay converted, and the next push begins a page that
    /// starts at row ``rowCount`` of the result. Nothing comes twice, nothing is missing.
    ///
    /// After ``finishPage()`` found that the page ended too early this is possible too; after any other error it changes
    /// nothing.
    public func abandonPage() {
        if failure?.code == .truncated { failure = nil }
        scanner = RowScanner(limits: limits, buffer: buffer, tape: tape)
    }

    /// Ends the result: what is still held is written, and the format's end.
    public func finish() throws(RowStreamError) {
        if let failure { throw failure }
        sink.finish()
        failure = RowStreamError(.shape, "the result has ended")
    }

    /// The output so far, from where it was last taken.
    public func takeOutput() -> [UInt8] { sink.takeOutput() }
}

/// Gives rows to an encoder, and takes back what it wrote of a row that fails or is beyond the budget.
private final class EncodingSink: RowSink {
    let output: OutputBuffer
    private(set) var rowCount: Int64 = 0
    private(set) var isFull = false
    private let encoder: any RowEncoder
    private let budget: RowBudget
    /// The bytes that were taken from the output.
    private var taken = 0

    init(_ encoder: any RowEncoder, _ output: OutputBuffer, _ budget: RowBudget) {
        self.encoder = encoder
        self.output = output
        self.budget = budget
    }

    func take(_ tape: RowTape, _ window: InputWindow) throws(RowStreamError) {
        guard !isFull, rowCount < budget.rowsMax else {
            isFull = true
            return
        }
        let before = output.count
        do {
            try encoder.encode(tape, window, to: output)
        } catch {
            output.truncate(to: before)
            throw error
        }
        if output.count > budget.bytesMax - taken, output.count > before, rowCount > 0 {
            output.truncate(to: before)
            isFull = true
            return
        }
        rowCount += 1
    }

    func takeOutput() -> [UInt8] {
        taken += output.count
        return output.take()
    }

    func finish() { encoder.finish(to: output) }
}
