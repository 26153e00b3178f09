import GoogleSQL
import JSON

/// What the parser says of one text, in the terms of the measuring corpus (`docs/googlesql.md`).
struct ParseReport {
    /// The JSON of `scrim sql parse`, without `id`.
    let json: JSONObject
    /// Whether the text is read in full.
    let isRead: Bool

    /// Reads a text as a `statement`, a `script`, an `expression` or a `type`.
    init(_ sql: String, kind: String) {
        do throws(SyntaxError) {
            switch kind {
            case "statement":
                let parsed = try Parser.parse(statement: sql)
                let names: JSONObject = ["statement_kind": .string(parsed.statement.kind.rawValue)]
                self.init(parsed, names, parsed.tableReferences())
            case "script":
                let parsed = try Parser.parse(script: sql)
                let kinds = parsed.statements.items.map { JSONValue.string($0.statement.kind.rawValue) }
                let names: JSONObject = ["statement_kind": "Script", "statement_kinds": .array(kinds)]
                self.init(parsed, names, parsed.tableReferences())
            case "expression":
                let parsed = try Parser.parse(expression: sql)
                self.init(parsed, ["statement_kind": .null], parsed.tableReferences())
            case "type":
                self.init(try Parser.parse(type: sql), ["statement_kind": .null], [])
            default:
                self.init("`kind` is none of statement, script, expression, type", SourcePosition(line: 1, column: 1))
            }
        } catch {
            self.init(error.message, error.position)
        }
    }

    private init(json: JSONObject, isRead: Bool) {
        self.json = json
        self.isRead = isRead
    }

    private init(_ parsed: some ParsedText, _ kinds: JSONObject, _ references: [TableReference]) {
        var json: JSONObject = ["verdict": "ok", "error": nil, "pos": nil]
        for (key, value) in kinds { json[key] = value }
        json["refs"] = .array(references.map { .object(Self.json($0)) })
        json["printed"] = .string(TokenPrinter.print(parsed))
        self.init(json: json, isRead: true)
    }

    private init(_ message: String, _ position: SourcePosition, _ kinds: JSONObject = ["statement_kind": .null]) {
        var json: JSONObject = [
            "verdict": "error", "error": .string(message),
            "pos": [.integer(Int64(position.line)), .integer(Int64(position.column))],
        ]
        for (key, value) in kinds { json[key] = value }
        json["refs"] = []
        json["printed"] = nil
        self.init(json: json, isRead: false)
    }

    private static func json(_ reference: TableReference) -> JSONObject {
        [
            "path": .array(reference.path.map { .string($0) }), "role": .string(reference.role.rawValue),
            "start": .integer(Int64(reference.bytes.lowerBound)), "end": .integer(Int64(reference.bytes.upperBound)),
        ]
    }
}
