/// A value of a FlatBuffer, the format of Arrow's metadata
/// (<https://flatbuffers.dev/internals/>).
indirect enum FlatBufferValue {
    /// A field that has its default.
    case absent
    case byte(UInt8)
    case short(Int16)
    case int(Int32)
    case long(Int64)
    case string(String)
    /// A table: its fields in the order of their numbers.
    case table([FlatBufferValue])
    case tables([FlatBufferValue])
    /// A vector of structs of two 64-bit integers each.
    case pairs([(Int64, Int64)])

    /// The bytes that it takes inside its table.
    fileprivate var inlineBytes: Int {
        switch self {
        case .absent: 0
        case .byte: 1
        case .short: 2
        case .int, .string, .table, .tables, .pairs: 4
        case .long: 8
        }
    }
}

/// Writes a FlatBuffer from front to back: a table first, what it refers to behind it.
struct FlatBuffer {
    private(set) var bytes: [UInt8] = []

    /// A buffer with a table as its root.
    init(root fields: [FlatBufferValue]) {
        bytes = [0, 0, 0, 0]
        refer(from: 0, to: write(.table(fields)))
    }

    /// Writes a value that is referred to; its position.
    private mutating func write(_ value: FlatBufferValue) -> Int {
        switch value {
        case .absent, .byte, .short, .int, .long:
            return bytes.count
        case .string(let text):
            align(4)
            let start = bytes.count
            append(UInt32(truncatingIfNeeded: text.utf8.count))
            bytes += Array(text.utf8) + [0]
            return start
        case .tables(let tables):
            align(4)
            let start = bytes.count
            append(UInt32(truncatingIfNeeded: tables.count))
            bytes += [UInt8](repeating: 0, count: 4 * tables.count)
            for (index, table) in tables.enumerated() { refer(from: start + 4 + 4 * index, to: write(table)) }
            return start
        case .pairs(let pairs):
            align(8, behind: 4)
            let start = bytes.count
            append(UInt32(truncatingIfNeeded: pairs.count))
            for (first, second) in pairs {
                append(UInt64(bitPattern: first))
                append(UInt64(bitPattern: second))
            }
            return start
        case .table(let fields):
            return write(table: fields)
        }
    }

    /// A table behind the list of where its fields are (its vtable); wide fields first, so that all are aligned.
    private mutating func write(table fields: [FlatBufferValue]) -> Int {
        let tableBytes = 4 + fields.reduce(0) { $0 + $1.inlineBytes }
        let listBytes = 4 + 2 * fields.count
        align(8, behind: 4 + listBytes)
        let list = bytes.count
        var places = [Int](repeating: 0, count: fields.count)
        var next = 4
        for width in [8, 4, 2, 1] {
            for (index, field) in fields.enumerated() where field.inlineBytes == width {
                places[index] = next
                next += width
            }
        }
        append(UInt16(truncatingIfNeeded: listBytes))
        append(UInt16(truncatingIfNeeded: tableBytes))
        for place in places { append(UInt16(truncatingIfNeeded: place)) }
        let start = bytes.count
        append(UInt32(truncatingIfNeeded: start - list))
        bytes += [UInt8](repeating: 0, count: tableBytes - 4)
        for (field, place) in zip(fields, places) { fill(start + place, with: field) }
        return start
    }

    private mutating func fill(_ position: Int, with field: FlatBufferValue) {
        switch field {
        case .absent: break
        case .byte(let value): put(value, at: position)
        case .short(let value): put(UInt16(bitPattern: value), at: position)
        case .int(let value): put(UInt32(bitPattern: value), at: position)
        case .long(let value): put(UInt64(bitPattern: value), at: position)
        case .string, .table, .tables, .pairs: refer(from: position, to: write(field))
        }
    }

    /// Offsets count from where they stand.
    private mutating func refer(from position: Int, to target: Int) {
        put(UInt32(truncatingIfNeeded: target - position), at: position)
    }

    /// Fills up so that what is written some bytes further on stands at a multiple.
    private mutating func align(_ multiple: Int, behind distance: Int = 0) {
        while (bytes.count + distance) % multiple != 0 { bytes.append(0) }
    }

    private mutating func append<Value: FixedWidthInteger>(_ value: Value) {
        bytes += [UInt8](repeating: 0, count: Value.bitWidth / 8)
        put(value, at: bytes.count - Value.bitWidth / 8)
    }

    private mutating func put<Value: FixedWidthInteger>(_ value: Value, at position: Int) {
        for index in 0..<(Value.bitWidth / 8) {
            bytes[position + index] = UInt8(truncatingIfNeeded: value >> Value(8 * index))
        }
    }
}
