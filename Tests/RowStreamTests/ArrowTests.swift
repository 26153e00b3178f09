import Catalog
import RowStream
import Testing

/// The stream's frames and what cannot be written; that its values are right is for `pyarrow` to say
/// (`Tests/EndToEndTests/test_row_stream.py`).
@Suite("Arrow streams")
struct ArrowTests {
    /// The messages of a stream: the bytes of their metadata and of their bodies.
    private func messages(_ stream: [UInt8], bodies: [Int]) throws -> Int {
        var position = 0
        var count = 0
        while true {
            try #require(stream.count - position >= 8)
            #expect(stream[position..<(position + 4)].allSatisfy { $0 == 0xFF })
            let length = (0..<4).reduce(0) { $0 | Int(stream[position + 4 + $1]) << (8 * $1) }
            #expect(length % 8 == 0)
            position += 8 + length
            if length == 0 { break }
            position += count < bodies.count ? bodies[count] : 0
            count += 1
        }
        #expect(position == stream.count)
        return count
    }

    @Test
    func `a stream is a schema, batches and an end, all aligned`() throws {
        let empty = try convert("{}", [column("a", .int64)], .arrow(ArrowSettings()))
        #expect(try messages(empty.output, bodies: []) == 1)
        let rows = (0..<5).map { #"{"f":[{"v":"\#($0)"}]}"# }.joined(separator: ",")
        let settings = ArrowSettings(batchRowsMax: 2)
        let stream = try convert("{\"rows\":[\(rows)]}", [column("a", .int64)], .arrow(settings)).output
        #expect(try messages(stream, bodies: [0, 16, 16, 8]) == 4)
    }

    static let tooLarge: [(ScalarType, String, RowStreamError.Code)] = [
        (.numeric, "100000000000000000000000000000", .range), (.numeric, "0.0000000001", .type),
        (.bignumeric, "1" + String(repeating: "0", count: 39), .range),
        (.bignumeric, "578960446186580977117854925043439539266.34992332820282019728792003956564819968", .range),
        (.interval, "0-0 0 2562048:0:0", .range), (.interval, "0-0 0 1:2", .type), (.interval, "1 2 3", .type),
        (.date, "2023-02-29", .type), (.date, "0000-01-01", .type), (.date, "2023-13-01", .type),
        (.time, "24:00:00", .type), (.time, "10:00:00.1234567", .type), (.datetime, "2023-01-01", .type),
        (.bytes, "AAA", .type), (.bytes, "AA=A", .type), (.bytes, "AB==", .type), (.bytes, "A===", .type),
        (.bool, "1", .type), (.int64, "9223372036854775808", .type), (.int64, "1.0", .type), (.float64, "x", .type),
        (.float64, "", .type), (.numeric, "", .type), (.numeric, "1.", .type), (.numeric, ".5", .type),
        (.numeric, "-", .type), (.numeric, "1e5", .type), (.timestamp, "253402300800000000", .type),
    ]

    @Test(arguments: tooLarge)
    func `what is not of the type, or beyond Arrow's, is refused`(
        type: ScalarType,
        text: String,
        code: RowStreamError.Code
    ) throws {
        let page = #"{"rows":[{"f":[{"v":""# + text + #""}]}]}"#
        let error = #expect(throws: RowStreamError.self) {
            try convert(page, [column("a", type)], .arrow(ArrowSettings()))
        }
        #expect(error?.code == code)
        #expect(error?.message.contains(text) != true || text.isEmpty)
    }

    @Test
    func `a column of an unknown type is refused before anything is written`() {
        let error = #expect(throws: RowStreamError.self) {
            try convert("{}", [Column(name: "a", type: .unknown("TIMESTAMP(12)"))], .arrow(ArrowSettings()))
        }
        #expect(error?.code == .unknownType)
    }
}
