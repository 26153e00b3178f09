internal import Catalog

/// Rows in the streaming format of Arrow IPC: a schema, record batches of bounded size, an end mark
/// (<https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format>).
final class ArrowStreamEncoder: RowEncoder {
    /// Of the enumeration `MetadataVersion`: V5.
    private static let version = FlatBufferValue.short(4)

    private enum HeaderNumber {
        static let schema: UInt8 = 1
        static let recordBatch: UInt8 = 3
    }

    private let schema: [FlatBufferValue]
    private let columns: [ArrowColumn]
    private let settings: ArrowSettings
    private let context: ArrowContext
    private var batchRows = 0
    private var batchBytes = 0

    init(_ columns: [Column], _ plan: ColumnPlan, timestamps: TimestampForm, settings: ArrowSettings) {
        schema = ArrowSchema.schema(columns)
        self.columns = plan.entries[..<plan.columnCount].map { ArrowColumn($0, plan) }
        self.settings = settings
        context = ArrowContext(timestamps)
    }

    /// Writes the schema.
    func begin(to out: OutputBuffer) {
        message(HeaderNumber.schema, schema, bodyBytes: 0, to: out)
    }

    func encode(_ tape: RowTape, _ window: InputWindow, to out: OutputBuffer) throws(RowStreamError) {
        guard tape[0].count == columns.count else { throw RowEncoding.cellCount }
        var index = 1
        for column in columns { try column.append(tape, window, &index, context) }
        batchRows += 1
        let last = tape[tape.count - 1]
        batchBytes += last.start - tape[0].start + (last.kind == .text || last.kind == .escapedText ? last.count : 0)
        if batchRows >= settings.batchRowsMax || batchBytes >= settings.batchBytes { flush(to: out) }
    }

    func finish(to out: OutputBuffer) {
        if batchRows > 0 { flush(to: out) }
        out.reserve(8)
        out.put(value: UInt64(0x0000_0000_FFFF_FFFF))
    }

    private func flush(to out: OutputBuffer) {
        var nodes: [(Int64, Int64)] = []
        var buffers: [OutputBuffer?] = []
        for column in columns { column.collect(&nodes, &buffers) }
        var offset: Int64 = 0
        let places = buffers.map { buffer in
            let count = Int64(buffer?.count ?? 0)
            defer { offset += (count + 7) & ~7 }
            return (offset, count)
        }
        let batch: [FlatBufferValue] = [.long(Int64(batchRows)), .pairs(nodes), .pairs(places)]
        message(HeaderNumber.recordBatch, batch, bodyBytes: offset, to: out)
        out.reserve(Int(offset))
        for case let buffer? in buffers {
            out.append(buffer)
            out.appendZeros(-buffer.count & 7)
        }
        for column in columns { column.clear() }
        (batchRows, batchBytes) = (0, 0)
    }

    /// An encapsulated message without its body: a mark, the length of the metadata, the metadata filled up to 8 bytes.
    private func message(_ number: UInt8, _ header: [FlatBufferValue], bodyBytes: Int64, to out: OutputBuffer) {
        let metadata = FlatBuffer(
            root: [Self.version, .byte(number), .table(header), .long(bodyBytes)]
        ).bytes
        let padding = -metadata.count & 7
        out.reserve(8)
        out.put(value: UInt32.max)
        out.put(value: UInt32(truncatingIfNeeded: metadata.count + padding))
        out.append(metadata)
        out.appendZeros(padding)
    }
}
