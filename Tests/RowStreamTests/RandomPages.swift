import Catalog

/// A generator of numbers that gives the same ones for a seed (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Makes pages: random columns, cells with the edges of their types, members in any order, white space anywhere.
struct RandomPages {
    private var numbers: SeededNumbers
    /// How often white space stands where it may, in percent; none is what BigQuery sends.
    private var spacing = 0

    init(seed: UInt64) { numbers = SeededNumbers(seed: seed) }

    mutating func page() -> (columns: [Column], bytes: [UInt8]) {
        spacing = chance(50) ? 0 : 40
        let columns = columns(count: below(7), depth: 0)
        let rows = (0..<below(12)).map { _ in row(columns) }
        var members = [
            member("kind", #""bigquery#getQueryResultsResponse""#), member("jobComplete", "true"),
            member("totalRows", #""12""#), member("rows", list(rows)), member("pageToken", #""a\u0062c/é""#),
            member("schema", #"{"fields":[{"name":"a","mode":"NULLABLE"}]}"#), member("cacheHit", "false"),
            member("unknown", #"{"a":[1,-2.5e-3,true,null,{"b":"\\\"é"}],"c":{}}"#), member("errors", "[]"),
        ]
        members.shuffle(using: &numbers)
        let text = spaced(["{"] + Array(members.joined(separator: [","])) + ["}"])
        return (columns, Array(text.utf8))
    }

    private mutating func member(_ name: String, _ value: String) -> [String] {
        ["\"\(name)\"", ":", value]
    }

    private mutating func columns(count: Int, depth: Int) -> [Column] {
        (0..<count).map { position in
            let names = ["a", "b", "c", "", "größe", "q\"t", "a\\b"]
            let mode: ColumnMode = chance(25) ? .repeated : .nullable
            let name = depth == 0 ? "c\(position)" : names[below(names.count)]
            return Column(name: name, type: type(depth: depth), mode: mode)
        }
    }

    private mutating func type(depth: Int) -> ColumnType {
        if depth < 3, chance(20) { return .record(columns(count: below(4), depth: depth + 1)) }
        if chance(10) { return .range(of: [.date, .datetime, .timestamp][below(3)]) }
        return .scalar(ScalarType.allCases[below(ScalarType.allCases.count)])
    }

    private mutating func row(_ columns: [Column]) -> String {
        spaced(["{", "\"f\"", ":", list(columns.map { cell($0) }), "}"])
    }

    private mutating func cell(_ column: Column) -> String {
        guard column.mode == .repeated else { return wrapped(value(column.type)) }
        if chance(5) { return wrapped("null") }
        return wrapped(list((0..<below(4)).map { _ in wrapped(value(column.type)) }))
    }

    private mutating func wrapped(_ value: String) -> String { spaced(["{", "\"v\"", ":", value, "}"]) }

    private mutating func value(_ type: ColumnType) -> String {
        if chance(10) { return "null" }
        switch type {
        case .record(let fields): return row(fields)
        case .scalar(let scalar): return quoted(text(scalar))
        case .range(let element): return quoted("[\(bound(element)), \(bound(element)))")
        case .unknown: return "null"
        }
    }

    private mutating func bound(_ type: ScalarType) -> String { chance(30) ? "UNBOUNDED" : text(type) }

    private mutating func text(_ type: ScalarType) -> String {
        switch type {
        case .bool: return chance(50) ? "true" : "false"
        case .int64: return String(integer())
        case .float64:
            let specials = [
                "NaN", "Infinity", "-Infinity", "-0.0", "5.0E-324", "1.7976931348623157E308", "1.0E10", "7",
            ]
            if chance(40) { return specials[below(specials.count)] }
            return Double(bitPattern: numbers.next()).isFinite ? "\(Double(integer()) / 1000)" : "1.5"
        case .timestamp:
            let edges: [Int64] = [-62_135_596_800_000_000, 253_402_300_799_999_999, 0, -1]
            let range: ClosedRange<Int64> = edges[0]...edges[1]
            return String(chance(20) ? edges[below(4)] : Int64.random(in: range, using: &numbers))
        case .date: return "2024-02-29"
        case .datetime: return "9999-12-31T23:59:59.999999"
        case .time: return "01:02:03"
        case .bytes: return ["", "AP8=", "AAAA", "/+8="][below(4)]
        case .numeric: return "\(integer()).5"
        case .bignumeric: return "-0.00000000000000000000000000000000000001"
        case .interval: return "-1-2 3 -4:5:6.789"
        case .string, .geography, .json:
            let pieces = [
                "", "a", "é", "漢字", "😀", "\"", "\\", "\n", "\u{1}", ",", "long text of more than sixteen bytes",
            ]
            return (0..<below(6)).map { _ in pieces[below(pieces.count)] }.joined()
        }
    }

    private mutating func integer() -> Int64 {
        let edges: [Int64] = [
            0, -1, 9_007_199_254_740_992, -9_007_199_254_740_993, .max, .min, 99_999_999, 100_000_000,
        ]
        return chance(40)
            ? edges[below(edges.count)] : Int64(bitPattern: numbers.next()) >> Int64(below(63))
    }

    /// A JSON string; what needs no escape gets one now and then.
    private mutating func quoted(_ text: String) -> String {
        let escapes = chance(30)
        var output = "\""
        for character in text.unicodeScalars {
            switch character {
            case "\"", "\\": output += "\\\(character)"
            case "\n": output += "\\n"
            case _ where character.value < 0x20 || (escapes && chance(20)):
                for unit in String(character).utf16 {
                    let digits = String(unit, radix: 16)
                    output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            default: output.unicodeScalars.append(character)
            }
        }
        return output + "\""
    }

    private mutating func list(_ elements: [String]) -> String {
        spaced(["["] + Array(elements.map { [$0] }.joined(separator: [","])) + ["]"])
    }

    private mutating func spaced(_ tokens: [String]) -> String {
        guard spacing > 0 else { return tokens.joined() }
        return tokens.map { token in
            chance(spacing) ? token + [" ", "\n", "\t \r\n  "][below(3)] : token
        }.joined()
    }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &numbers) }

    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
}
