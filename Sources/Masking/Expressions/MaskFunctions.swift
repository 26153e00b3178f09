import Catalog

/// A function that can stand in a mask.
struct MaskFunction {
    /// What one argument must be.
    enum Parameter: Hashable {
        /// STRING or BYTES, the same in all such places of the call.
        case text
        case string
        case bytes
        /// Where a part starts: an integer that is written out, or a LENGTH.
        case position
        /// How long a part is: such a number that is not negative, or a LENGTH.
        case length
        /// To what length it is filled: such a number with an upper bound.
        case fillLength
        /// A literal of the same type that is not empty.
        case literal
        /// A regular expression, written out.
        case pattern(groupsMax: Int)
        /// What matches of the pattern before it become, written out.
        case replacement
    }

    /// What the call gives.
    enum Result: Hashable {
        /// The type of its text.
        case text
        case type(ScalarType)
    }

    /// How long what it gives can be.
    enum Growth: Hashable {
        /// As long as the first argument.
        case none
        /// A number, a hash or the like.
        case scalar
        /// All arguments together.
        case sum
        /// The letters of the first argument in another case.
        case letters
        /// The bytes of the first argument as digits.
        case digits
        /// A length that is given.
        case filled
        /// The first argument with the last one put in anywhere.
        case replacement
    }

    /// How it is written.
    let name: String
    let parameters: [Parameter]
    /// How many of the last parameters can be left out.
    var optionalCount = 0
    /// Whether the last parameter can come any number of times.
    var isVariadic = false
    let result: Result
    var growth = Growth.scalar
    /// Whether the last parameter is needed where the text is BYTES.
    var needsAllForBytes = false

    /// The longest text that LPAD and RPAD may make.
    static let fillLengthMax: Int64 = 1000

    /// The functions by name: those that BigQuery lets stand in custom masking routines, but for those that need keys and
    /// GENERATE_UUID (<https://cloud.google.com/bigquery/docs/user-defined-functions#custom-mask>). Those that fail on
    /// some values are written with `SAFE.`.
    static let all: [String: MaskFunction] = {
        var all: [String: MaskFunction] = [:]
        func add(_ names: [String], _ make: (String) -> MaskFunction) { for name in names { all[name] = make(name) } }
        add(["LOWER", "UPPER"]) { MaskFunction(name: $0, parameters: [.text], result: .text, growth: .letters) }
        add(["LENGTH", "FARM_FINGERPRINT"]) {
            MaskFunction(name: $0, parameters: [.text], result: .type(.int64))
        }
        add(["SHA1", "SHA256", "SHA512", "MD5"]) {
            MaskFunction(name: $0, parameters: [.text], result: .type(.bytes))
        }
        add(["CONCAT"]) { MaskFunction(name: $0, parameters: [.text], isVariadic: true, result: .text, growth: .sum) }
        add(["REPLACE"]) {
            MaskFunction(name: $0, parameters: [.text, .text, .text], result: .text, growth: .replacement)
        }
        add(["STARTS_WITH"]) { MaskFunction(name: $0, parameters: [.text, .text], result: .type(.bool)) }
        add(["TRIM", "LTRIM", "RTRIM"]) {
            MaskFunction(
                name: $0,
                parameters: [.text, .literal],
                optionalCount: 1,
                result: .text,
                growth: .none,
                needsAllForBytes: true
            )
        }
        add(["SUBSTR", "SUBSTRING"]) { _ in
            MaskFunction(
                name: "SUBSTR",
                parameters: [.text, .position, .length],
                optionalCount: 1,
                result: .text,
                growth: .none
            )
        }
        add(["LPAD", "RPAD"]) {
            MaskFunction(
                name: $0,
                parameters: [.text, .fillLength, .literal],
                optionalCount: 1,
                result: .text,
                growth: .filled
            )
        }
        add(["TO_HEX", "TO_BASE32", "TO_BASE64"]) {
            MaskFunction(name: $0, parameters: [.bytes], result: .type(.string), growth: .digits)
        }
        add(["FROM_HEX", "FROM_BASE32", "FROM_BASE64"]) {
            MaskFunction(name: "SAFE.\($0)", parameters: [.string], result: .type(.bytes), growth: .none)
        }
        add(["REGEXP_EXTRACT"]) {
            MaskFunction(
                name: $0,
                parameters: [.string, .pattern(groupsMax: 1)],
                result: .type(.string),
                growth: .none
            )
        }
        add(["REGEXP_REPLACE"]) {
            MaskFunction(
                name: $0,
                parameters: [.string, .pattern(groupsMax: 9), .replacement],
                result: .type(.string),
                growth: .replacement
            )
        }
        let clocks: [(String, ScalarType)] = [
            ("CURRENT_DATE", .date), ("CURRENT_TIME", .time), ("CURRENT_DATETIME", .datetime),
            ("CURRENT_TIMESTAMP", .timestamp),
        ]
        for (name, type) in clocks { all[name] = MaskFunction(name: name, parameters: [], result: .type(type)) }
        return all
    }()
}
