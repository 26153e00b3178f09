import JSON

/// Strict reading of a tool's arguments, which finds every problem and not only the first.
///
/// An argument that is `null` counts as absent, because models like to write out what they do not use. Every other
/// deviation is a problem: a missing argument, another type, a number out of range, a name that the tool does not have.
struct ArgumentReader {
    /// One thing that is wrong with the arguments.
    struct Problem: Hashable {
        let code: Code
        let message: String
        let fix: String
    }

    /// What kinds of problems there are; the codes stand in the refusal.
    enum Code: String, Hashable {
        case missing = "parameter.argument_missing"
        case type = "parameter.argument_type"
        case range = "parameter.argument_range"
        case unknown = "parameter.argument_unknown"
    }

    private let arguments: JSONObject
    private var asked: [String] = []
    private(set) var problems: [Problem] = []

    /// How many unknown names are reported one by one.
    private static let unknownShownMax = 8
    /// How much of an unknown name is repeated, in characters.
    private static let nameShownCharactersMax = 64

    init(_ arguments: JSONObject) { self.arguments = arguments }

    /// A text that must be there and must not be empty.
    mutating func text(_ name: String) -> String? {
        guard let value = value(name) else {
            report(.missing, "`\(name)` is missing", fix: "give `\(name)`, a string")
            return nil
        }
        return text(name, value)
    }

    /// A text that may be left out, but not be empty.
    mutating func optionalText(_ name: String) -> String? { value(name).flatMap { text(name, $0) } }

    /// A whole number within a range, which may be left out.
    mutating func optionalInteger(_ name: String, in range: ClosedRange<Int64>) -> Int64? {
        guard let value = value(name) else { return nil }
        guard let number = value.integerValue else {
            report(.type, "`\(name)` must be a whole number", fix: "give `\(name)` as a number without quotes")
            return nil
        }
        return self.number(name, number, in: range)
    }

    /// A whole number within a range, also as a string of digits, because JSON of some clients ends at 2^53.
    mutating func optionalBigInteger(_ name: String, in range: ClosedRange<Int64>) -> Int64? {
        guard let value = value(name) else { return nil }
        if let number = value.integerValue { return self.number(name, number, in: range) }
        guard let digits = value.stringValue?.utf8, !digits.isEmpty,
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else {
            let fix = "give `\(name)` as a number or a string of digits, such as 1000000000"
            report(.type, "`\(name)` must be a whole number", fix: fix)
            return nil
        }
        // More digits than an `Int64` holds are beyond every range.
        return self.number(name, Int64(String(digits)) ?? .max, in: range)
    }

    /// An object or an array, which may be left out.
    mutating func optionalContainer(_ name: String) -> JSONValue? {
        guard let value = value(name) else { return nil }
        switch value {
        case .object, .array:
            return value
        case .null, .bool, .integer, .double, .string:
            let fix = "give an object of named ones or an array of positional ones, each {\"type\": …, \"value\": …}"
            report(.type, "`\(name)` must be an object or an array", fix: fix)
            return nil
        }
    }

    /// Reports the names that nobody asked for. Call it after everything was read.
    mutating func finish() {
        let unknown = arguments.keys.filter { !asked.contains($0) }
        let names = asked.map { "`\($0)`" }.joined(separator: ", ")
        let fix =
            asked.isEmpty ? "leave it out: this tool takes no arguments" : "leave it out: this tool takes \(names)"
        for name in unknown.prefix(Self.unknownShownMax) {
            let shown =
                name.count > Self.nameShownCharactersMax ? name.prefix(Self.nameShownCharactersMax) + "…" : name[...]
            report(.unknown, "`\(shown)` is no argument of this tool", fix: fix)
        }
        if unknown.count > Self.unknownShownMax {
            let rest = unknown.count - Self.unknownShownMax
            report(.unknown, "\(rest) more names are no arguments of this tool", fix: "leave them out")
        }
    }

    private mutating func value(_ name: String) -> JSONValue? {
        asked.append(name)
        guard let value = arguments[name], !value.isNull else { return nil }
        return value
    }

    private mutating func text(_ name: String, _ value: JSONValue) -> String? {
        guard let text = value.stringValue else {
            report(.type, "`\(name)` must be a string", fix: "give `\(name)` as a string")
            return nil
        }
        guard !text.isEmpty else {
            report(
                .range,
                "`\(name)` must not be empty",
                fix: "give `\(name)` a value, or leave it out if it is optional"
            )
            return nil
        }
        return text
    }

    private mutating func number(_ name: String, _ number: Int64, in range: ClosedRange<Int64>) -> Int64? {
        guard range.contains(number) else {
            let bounds =
                range.upperBound == .max ? "at least \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
            report(.range, "`\(name)` is out of range", fix: "give \(bounds)")
            return nil
        }
        return number
    }

    private mutating func report(_ code: Code, _ message: String, fix: String) {
        problems.append(Problem(code: code, message: message, fix: fix))
    }
}

extension ArgumentReader {
    /// The refusal in the form that all refusals have; there is no place in the SQL to point at.
    var refusal: JSONObject {
        [
            "refused": .array(
                problems.map { problem in
                    [
                        "code": .string(problem.code.rawValue),
                        "message": .string(problem.message),
                        "line": nil,
                        "column": nil,
                        "fix": .string(problem.fix),
                    ]
                }
            )
        ]
    }
}
