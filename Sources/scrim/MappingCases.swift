import Foundation
import Gate
import JSON
import Masking

/// A file of cases for `scrim mapping test`: a query, who asks, and what must come of it.
struct MappingCases {
    struct Case {
        let name: String
        /// Where it starts in the file.
        let line: Int?
        let roles: [String]
        let sql: String
        let expected: Expectation
    }

    enum Expectation: Equatable {
        /// The rule of each masked column of the result, by name; every other column must be unmasked.
        case masks([String: String])
        /// Refused with these codes, among others.
        case refused(Set<String>)
    }

    let cases: [Case]

    /// - Parameter rules: the names of the rules that there are.
    static func load(_ path: String, rules: Set<String>) throws(ConfigurationError) -> MappingCases {
        guard let data = FileManager.default.contents(atPath: path),
            let text = String(validating: data, as: UTF8.self)
        else { throw ConfigurationError("the file of cases `\(path)` cannot be read") }
        let lines = YAMLDocument.lines(ofElementsIn: "cases", of: text)
        var line: Int?
        do {
            var root = try JSONReader(YAMLDocument.parse(text))
            var cases: [Case] = []
            for (index, reader) in try root.objects("cases").enumerated() {
                line = lines.indices.contains(index) ? lines[index] : nil
                cases.append(try Self.case(reader, number: index + 1, line: line, rules: rules))
            }
            line = nil
            try root.finish()
            return MappingCases(cases: cases)
        } catch {
            let place = line.map { ":\($0)" } ?? ""
            throw ConfigurationError("the file of cases `\(path)`\(place): \(error)")
        }
    }

    private static func `case`(
        _ reader: JSONReader,
        number: Int,
        line: Int?,
        rules known: Set<String>
    ) throws -> Case {
        var reader = reader
        let name = try reader.optionalString("name") ?? "case \(number)"
        let role = try reader.value("role")
        let roles = role.stringValue.map { [$0] } ?? role.arrayValue?.compactMap(\.stringValue) ?? []
        guard !roles.isEmpty else { throw reader.invalid("role", "must be a role, or a list of roles") }
        let sql = try reader.string("sql")
        let masks = reader.optionalValue("masks")
        let refused = reader.optionalValue("refused")
        try reader.finish()
        let expected: Expectation
        switch (masks, refused) {
        case (let masks?, nil):
            var rules: [String: String] = [:]
            for (column, rule) in masks.objectValue ?? [:] where !rule.isNull {
                guard let text = rule.stringValue, known.contains(text) else {
                    throw reader.invalid("masks", "must name a rule for `\(column)`, or null")
                }
                rules[column] = text
            }
            guard masks.objectValue != nil else { throw reader.invalid("masks", "must be a map of columns to rules") }
            expected = .masks(rules)
        case (nil, let refused?):
            let codes = refused.stringValue.map { [$0] } ?? refused.arrayValue?.compactMap(\.stringValue) ?? []
            guard !codes.isEmpty else { throw reader.invalid("refused", "must be a code, or a list of codes") }
            expected = .refused(Set(codes))
        default: throw reader.invalid("masks", "or `refused` must be there, and not both")
        }
        return Case(name: name, line: line, roles: roles, sql: sql, expected: expected)
    }
}

extension MappingCases.Case {
    /// What came of it instead of what was expected; nil when it is as expected.
    func complaint(about outcome: Result<MaskedQuery, GateFailure>) -> String? {
        switch (expected, outcome) {
        case (.masks(let wanted), .success(let query)):
            guard let columns = query.outputColumns else {
                return "the columns of the result are not known from the text; name them"
            }
            var found: [String: String] = [:]
            for (position, column) in columns.enumerated() {
                guard let rule = column.mask?.rule, rule != .raw else { continue }
                found[column.name ?? "column \(position + 1)"] = rule.name
            }
            return found == wanted ? nil : "masked: \(Self.text(found)); expected: \(Self.text(wanted))"
        case (.refused(let codes), .failure(let failure)):
            let found = failure.refusals.map(\.code)
            guard !codes.isSubset(of: found) else { return nil }
            return "refused with \(found.joined(separator: ", ")); expected: \(codes.sorted().joined(separator: ", "))"
        case (.masks, .failure(let failure)):
            return "refused: " + failure.refusals.map { "\($0.code): \($0.message)" }.joined(separator: "; ")
        case (.refused(let codes), .success):
            return "not refused; expected: \(codes.sorted().joined(separator: ", "))"
        }
    }

    private static func text(_ masks: [String: String]) -> String {
        guard !masks.isEmpty else { return "nothing" }
        return masks.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
}
