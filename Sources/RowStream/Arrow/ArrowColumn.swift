/// What the columns of a stream share.
final class ArrowContext {
    let timestamps: TimestampForm
    let scratch = InputBuffer(capacity: 256)

    init(_ timestamps: TimestampForm) { self.timestamps = timestamps }
}

/// The values of a column, or of what is nested in one, for the record batch that is being made
/// (<https://arrow.apache.org/docs/format/Columnar.html#physical-memory-layout>).
final class ArrowColumn {
    private enum Layout {
        /// One value after the other, of a fixed width.
        case fixed
        /// A bit a value.
        case bits
        /// Bytes, and where each value ends in them.
        case variable
        /// Where each list ends in the values of its child.
        case list
        case structure
    }

    private let kind: ColumnPlan.Kind
    private let layout: Layout
    /// The bytes of a value, where the layout is fixed.
    private let width: Int
    private let children: [ArrowColumn]
    private var count = 0
    private var nullCount = 0
    private let validity = OutputBuffer(capacity: 1024)
    private let offsets: OutputBuffer
    private let values: OutputBuffer

    init(_ entry: ColumnPlan.Entry, _ plan: ColumnPlan) {
        if entry.isRepeated {
            let element = ColumnPlan.Entry(
                kind: entry.kind,
                isRepeated: false,
                firstField: entry.firstField,
                fieldCount: entry.fieldCount
            )
            (kind, layout, width) = (.record, .list, 0)
            children = [ArrowColumn(element, plan)]
        } else {
            kind = entry.kind
            (layout, width) = Self.layout(entry.kind)
            children =
                switch entry.kind {
                case .record:
                    (entry.firstField..<(entry.firstField + entry.fieldCount)).map {
                        ArrowColumn(plan.entries[$0], plan)
                    }
                case .dateRange: Self.bounds(.date, plan)
                case .datetimeRange: Self.bounds(.datetime, plan)
                case .timestampRange: Self.bounds(.timestamp, plan)
                case .bool, .int64, .float64, .numeric, .bignumeric, .text, .bytes, .date, .datetime, .time,
                    .timestamp, .interval:
                    []
                }
        }
        offsets = OutputBuffer(capacity: layout == .variable || layout == .list ? 4096 : 64)
        values = OutputBuffer(capacity: layout == .fixed || layout == .variable ? 8192 : 64)
        clear()
    }

    private static func bounds(_ kind: ColumnPlan.Kind, _ plan: ColumnPlan) -> [ArrowColumn] {
        let bound = ColumnPlan.Entry(kind: kind, isRepeated: false)
        return [ArrowColumn(bound, plan), ArrowColumn(bound, plan)]
    }

    private static func layout(_ kind: ColumnPlan.Kind) -> (Layout, width: Int) {
        switch kind {
        case .bool: (.bits, 0)
        case .int64, .float64, .datetime, .time, .timestamp: (.fixed, 8)
        case .numeric, .interval: (.fixed, 16)
        case .bignumeric: (.fixed, 32)
        case .date: (.fixed, 4)
        case .text, .bytes: (.variable, 0)
        case .record, .dateRange, .datetimeRange, .timestampRange: (.structure, 0)
        }
    }

    /// Forgets the batch.
    func clear() {
        (count, nullCount) = (0, 0)
        for buffer in [validity, offsets, values] { buffer.truncate(to: 0) }
        if layout == .variable || layout == .list {
            offsets.put(value: Int32(0))
        }
        for child in children { child.clear() }
    }

    /// Adds this column's and its children's nodes and buffers, in the order of the specification. A missing buffer has
    /// no bytes.
    func collect(_ nodes: inout [(Int64, Int64)], _ buffers: inout [OutputBuffer?]) {
        nodes.append((Int64(count), Int64(nullCount)))
        buffers.append(nullCount == 0 ? nil : validity)
        switch layout {
        case .fixed, .bits: buffers.append(values)
        case .variable: buffers += [offsets, values]
        case .list: buffers.append(offsets)
        case .structure: break
        }
        for child in children { child.collect(&nodes, &buffers) }
    }

    /// Adds the next value of a row.
    func append(
        _ tape: RowTape,
        _ window: InputWindow,
        _ index: inout Int,
        _ context: ArrowContext
    ) throws(RowStreamError) {
        let token = tape[index]
        index &+= 1
        switch token.kind {
        case .text:
            try append(PlainText(window: window, start: token.start, count: token.count), context)
        case .null:
            appendNull()
        case .escapedText:
            try append(Escapes.decode(window, token.start, token.count, into: context.scratch), context)
        case .list:
            guard layout == .list else { throw .cellType }
            for _ in 0..<token.count { try children[0].append(tape, window, &index, context) }
            endList()
        case .record:
            guard layout == .structure, kind == .record, token.count == children.count else { throw .cellType }
            for child in children { try child.append(tape, window, &index, context) }
            mark(isValid: true)
        }
    }

    /// BigQuery has no NULL arrays in results: for them stands an empty one.
    private func appendNull() {
        switch layout {
        case .fixed:
            values.appendZeros(width)
            mark(isValid: false)
        case .bits:
            appendBit(false)
            mark(isValid: false)
        case .variable:
            endValue()
            mark(isValid: false)
        case .list:
            endList()
        case .structure:
            for child in children { child.appendNull() }
            mark(isValid: false)
        }
    }

    private func endList() {
        offsets.reserve(4)
        offsets.put(value: Int32(truncatingIfNeeded: children[0].count))
        mark(isValid: true)
    }

    @inline(__always)
    private func endValue() {
        offsets.reserve(4)
        offsets.put(value: Int32(truncatingIfNeeded: values.count))
    }

    @inline(__always)
    private func mark(isValid: Bool) {
        if count & 7 == 0 {
            validity.reserve(1)
            validity.put(0)
        }
        if isValid { validity.setBit(count) } else { nullCount &+= 1 }
        count &+= 1
    }

    private func appendBit(_ bit: Bool) {
        if count & 7 == 0 {
            values.reserve(1)
            values.put(0)
        }
        if bit { values.setBit(count) }
    }

    @inline(__always)
    private func append(_ text: PlainText, _ context: ArrowContext) throws(RowStreamError) {
        guard layout != .list else { throw .cellType }
        values.reserve(32)
        switch kind {
        case .text:
            values.reserve(text.count)
            values.put(text.window, text.start, text.count)
            endValue()
        case .int64:
            values.put(value: try Self.valid(NumberText.int64(text)))
        case .timestamp:
            values.put(value: try Self.valid(context.timestamps.microseconds(text)))
        case .float64:
            values.put(value: try Self.valid(FloatText.double(text)).bitPattern)
        case .date:
            values.put(value: try Self.valid(CivilTime.date(text)))
        case .datetime:
            values.put(value: try Self.valid(CivilTime.datetime(text)))
        case .time:
            values.put(value: try Self.valid(CivilTime.time(text)))
        case .numeric:
            let number = try DecimalText.numeric(text)
            values.put(value: UInt64(truncatingIfNeeded: number))
            values.put(value: UInt64(truncatingIfNeeded: number >> 64))
        case .bignumeric:
            let limbs = try DecimalText.bignumeric(text)
            for limb in [limbs.0, limbs.1, limbs.2, limbs.3] { values.put(value: limb) }
        case .bool:
            guard text.equals("true") || text.equals("false") else { throw .cellType }
            appendBit(text.count == 4)
        case .bytes:
            guard Base64Text.decode(text, to: values) else { throw .cellType }
            endValue()
        case .interval:
            let interval = try IntervalText(text)
            values.put(value: interval.months)
            values.put(value: interval.days)
            values.put(value: interval.nanoseconds)
        case .dateRange, .datetimeRange, .timestampRange:
            guard let range = RangeText(text) else { throw .cellType }
            for (child, bound) in zip(children, [range.start, range.end]) {
                if let bound { try child.append(bound, context) } else { child.appendNull() }
            }
        case .record:
            throw .cellType
        }
        mark(isValid: true)
    }

    @inline(__always)
    private static func valid<Value>(_ value: Value?) throws(RowStreamError) -> Value {
        guard let value else { throw .cellType }
        return value
    }
}
