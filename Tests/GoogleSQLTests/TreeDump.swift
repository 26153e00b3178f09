import GoogleSQL

/// A tree as text for golden files: one node a line, indented, with its range of bytes.
struct TreeDump {
    private let parsed: any ParsedText
    private var lines: [String] = []

    static func text(of parsed: some ParsedTree) -> String {
        var dump = TreeDump(parsed)
        for (label, node) in parsed.roots { dump.add(label, node, 0) }
        return dump.lines.joined(separator: "\n")
    }

    private init(_ parsed: any ParsedText) {
        self.parsed = parsed
    }

    private mutating func add(_ label: String, _ value: Any, _ depth: Int) {
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .optional:
            if let child = mirror.children.first { add(label, child.value, depth) }
        case .collection:
            for child in mirror.children { add(label, child.value, depth) }
        case .enum:
            addCase(label, value, mirror, depth)
        default:
            addNode(label, value, mirror, depth)
        }
    }

    /// A case with a payload adds its name to the label; a case without one is the value of its label.
    private mutating func addCase(_ label: String, _ value: Any, _ mirror: Mirror, _ depth: Int) {
        guard let child = mirror.children.first else {
            line("\(label): \(value)", depth)
            return
        }
        let name = child.label ?? ""
        let payload = Mirror(reflecting: child.value)
        guard payload.displayStyle == .tuple else {
            add("\(label).\(name)", child.value, depth)
            return
        }
        line("\(label).\(name)", depth)
        for element in payload.children where element.label != "tokens" {
            let part = element.label ?? "value"
            add(part.hasPrefix(".") ? "value" : part, element.value, depth + 1)
        }
    }

    private mutating func addNode(_ label: String, _ value: Any, _ mirror: Mirror, _ depth: Int) {
        switch value {
        case let name as Identifier:
            line("\(label) \(place(name.tokens)) \(name.isQuoted ? "quoted " : "")\(name.name)", depth)
        case let path as PathExpression:
            line("\(label) \(place(path.tokens)) \(path.parts.map(described).joined(separator: " . "))", depth)
        case let literal as Literal:
            line("\(label) \(place(literal.tokens)) \(literal.kind) \(parsed.sourceText(of: literal.tokens))", depth)
        case let hint as Hint:
            line("\(label) \(place(hint.tokens)) \(parsed.sourceText(of: hint.tokens))", depth)
        case let flag as Bool:
            if flag { line(label, depth) }
        case is String, is Int:
            line("\(label): \(value)", depth)
        case is Range<Int>:
            break
        default:
            addFields(label, mirror, depth)
        }
    }

    private mutating func addFields(_ label: String, _ mirror: Mirror, _ depth: Int) {
        var range = ""
        for child in mirror.children {
            if let tokens = child.value as? TokenRange { range = " " + place(tokens.wrappedValue) }
        }
        line(label + range, depth)
        for child in mirror.children where !(child.value is TokenRange) {
            add(child.label ?? "value", child.value, depth + 1)
        }
    }

    private func described(_ name: Identifier) -> String {
        name.isQuoted ? "quoted \(name.name)" : name.name
    }

    private func place(_ tokens: Range<Int>) -> String {
        let bytes = parsed.byteRange(of: tokens)
        return "[\(bytes.lowerBound)-\(bytes.upperBound)]"
    }

    private mutating func line(_ text: String, _ depth: Int) {
        lines.append(String(repeating: "  ", count: depth) + text)
    }
}

/// Finds every identifier of a tree, by reflection, so that it does not share code with any walk of the product.
struct IdentifierSurvey {
    private(set) var tokens: [Int] = []

    static func tokens(of parsed: some ParsedTree) -> [Int] {
        var survey = IdentifierSurvey()
        for (_, node) in parsed.roots { survey.visit(node) }
        return survey.tokens.sorted()
    }

    private mutating func visit(_ value: Any) {
        if let name = value as? Identifier {
            tokens.append(contentsOf: name.tokens)
            return
        }
        if value is Hint { return }
        for child in Mirror(reflecting: value).children { visit(child.value) }
    }
}
