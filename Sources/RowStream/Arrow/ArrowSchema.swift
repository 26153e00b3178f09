internal import Catalog

/// The schema of an Arrow stream, with the types that Google's clients give BigQuery's
/// (`google.cloud.bigquery._pandas_helpers.bq_to_arrow_field`;
/// <https://github.com/apache/arrow/blob/main/format/Schema.fbs>).
enum ArrowSchema {
    /// Numbers of the union `Type`.
    private enum TypeNumber {
        static let int: UInt8 = 2
        static let floatingPoint: UInt8 = 3
        static let binary: UInt8 = 4
        static let utf8: UInt8 = 5
        static let bool: UInt8 = 6
        static let decimal: UInt8 = 7
        static let date: UInt8 = 8
        static let time: UInt8 = 9
        static let timestamp: UInt8 = 10
        static let interval: UInt8 = 11
        static let list: UInt8 = 12
        static let structure: UInt8 = 13
    }

    private typealias TypeOf = (number: UInt8, fields: [FlatBufferValue])

    /// The fields of the message `Schema`.
    static func schema(_ columns: [Column]) -> [FlatBufferValue] {
        [.absent, .tables(columns.map(field))]
    }

    /// A column or a field of a record.
    private static func field(_ column: Column) -> FlatBufferValue {
        guard column.mode == .repeated else {
            return field(column.name, column.type, metadata: metadata(column.type))
        }
        return field(
            column.name,
            (TypeNumber.list, []),
            isNullable: false,
            children: [field("item", column.type, metadata: [])],
            metadata: metadata(column.type)
        )
    }

    private static func field(_ name: String, _ type: ColumnType, metadata: [FlatBufferValue]) -> FlatBufferValue {
        let children: [FlatBufferValue] =
            switch type {
            case .record(let fields): fields.map { field($0) }
            case .range(let element): ["start", "end"].map { field($0, .scalar(element), metadata: []) }
            case .scalar, .unknown: []
            }
        return field(name, arrowType(type), isNullable: true, children: children, metadata: metadata)
    }

    private static func field(
        _ name: String,
        _ type: TypeOf,
        isNullable: Bool,
        children: [FlatBufferValue],
        metadata: [FlatBufferValue]
    ) -> FlatBufferValue {
        .table([
            .string(name), .byte(isNullable ? 1 : 0), .byte(type.number), .table(type.fields), .absent,
            .tables(children), metadata.isEmpty ? .absent : .tables(metadata),
        ])
    }

    private static func arrowType(_ type: ColumnType) -> TypeOf {
        switch type {
        case .record, .range: (TypeNumber.structure, [])
        case .scalar(let scalar): arrowType(scalar)
        case .unknown: (TypeNumber.utf8, [])
        }
    }

    private static func arrowType(_ type: ScalarType) -> TypeOf {
        let microsecond = FlatBufferValue.short(2)
        return switch type {
        case .string, .geography, .json: (TypeNumber.utf8, [])
        case .bytes: (TypeNumber.binary, [])
        case .int64: (TypeNumber.int, [.int(64), .byte(1)])
        case .float64: (TypeNumber.floatingPoint, [.short(2)])
        case .numeric: (TypeNumber.decimal, [.int(38), .int(9), .int(128)])
        case .bignumeric: (TypeNumber.decimal, [.int(76), .int(38), .int(256)])
        case .bool: (TypeNumber.bool, [])
        case .date: (TypeNumber.date, [.short(0)])
        case .datetime: (TypeNumber.timestamp, [microsecond])
        case .time: (TypeNumber.time, [microsecond, .int(64)])
        case .timestamp: (TypeNumber.timestamp, [microsecond, .string("UTC")])
        case .interval: (TypeNumber.interval, [.short(2)])
        }
    }

    /// What Google's clients note about types that Arrow does not have.
    private static func metadata(_ type: ColumnType) -> [FlatBufferValue] {
        guard case .scalar(let scalar) = type else { return [] }
        let name = FlatBufferValue.string("ARROW:extension:name")
        return switch scalar {
        case .geography:
            [
                .table([name, .string("google:sqlType:geography")]),
                .table([.string("ARROW:extension:metadata"), .string(#"{"encoding": "WKT"}"#)]),
            ]
        case .datetime: [.table([name, .string("google:sqlType:datetime")])]
        case .json: [.table([name, .string("google:sqlType:json")])]
        case .string, .bytes, .int64, .float64, .numeric, .bignumeric, .bool, .date, .time, .timestamp, .interval: []
        }
    }
}
