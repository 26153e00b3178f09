import Yams

/// Strict reading of one YAML file: unknown keys, wrong kinds of value and repeated keys are problems, all collected.
struct YAMLReader {
    /// Larger files are refused unread.
    static let fileBytesMax = 1_000_000

    let path: String
    private(set) var problems: [MappingProblem] = []

    init(path: String) {
        self.path = path
    }

    mutating func problem(_ message: String, at node: Node?) {
        problems.append(MappingProblem(path: path, line: node?.mark?.line, message: message))
    }

    /// The mapping at the top of the file. An empty file is an empty mapping; `nil` means that a problem was noted.
    mutating func root(of bytes: [UInt8]) -> Node.Mapping? {
        guard bytes.count <= Self.fileBytesMax else {
            problem("the file has over \(Self.fileBytesMax) bytes", at: nil)
            return nil
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            problem("the file is not UTF-8", at: nil)
            return nil
        }
        do {
            guard let node = try Parser(yaml: text).singleRoot() else { return Node.Mapping([]) }
            guard let mapping = node.mapping else {
                if case .scalar(let scalar) = node, scalar.string.isEmpty { return Node.Mapping([]) }
                problem("the file is not a map of keys", at: node)
                return nil
            }
            return mapping
        } catch let error as YamlError {
            note(error)
        } catch {
            problem("the file is not YAML", at: nil)
        }
        return nil
    }

    private mutating func note(_ error: YamlError) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            problems.append(MappingProblem(path: path, line: mark.line, message: problem))
        case .duplicatedKeysInMapping(let duplicates, let context):
            for key in duplicates {
                let message = "the key `\(key)` is there twice"
                problems.append(MappingProblem(path: path, line: context.mark.line, message: message))
            }
        case .no, .memory, .reader, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            problem("the file is not YAML", at: nil)
        }
    }
}

extension YAMLReader {
    /// The entries of a map with plain text keys.
    mutating func entries(of mapping: Node.Mapping) -> [(key: String, keyNode: Node, value: Node)] {
        mapping.compactMap { key, value in
            guard let scalar = key.scalar else {
                problem("a key is not plain text", at: key)
                return nil
            }
            return (scalar.string, key, value)
        }
    }

    /// Notes every key that is not in `known`.
    mutating func refuseUnknownKeys(of mapping: Node.Mapping, known: [String]) {
        for (key, node, _) in entries(of: mapping) where !known.contains(key) {
            problem("unknown key `\(key)`; known are \(known.map { "`\($0)`" }.joined(separator: ", "))", at: node)
        }
    }

    /// A text value; numbers and booleans are taken as they are written.
    mutating func text(_ node: Node, for key: String) -> String? {
        guard let scalar = node.scalar, !scalar.string.isEmpty else {
            problem("`\(key)` is not a text", at: node)
            return nil
        }
        return scalar.string
    }

    /// A list of texts.
    mutating func texts(_ node: Node, for key: String) -> [(text: String, node: Node)]? {
        guard let sequence = node.sequence else {
            problem("`\(key)` is not a list", at: node)
            return nil
        }
        var found: [(String, Node)] = []
        for element in sequence {
            if let text = text(element, for: key) { found.append((text, element)) }
        }
        return found.count == sequence.count ? found : nil
    }

    /// A map.
    mutating func map(_ node: Node, for key: String) -> Node.Mapping? {
        guard let mapping = node.mapping else {
            problem("`\(key)` is not a map", at: node)
            return nil
        }
        return mapping
    }

    /// `true` or `false`.
    mutating func flag(_ node: Node, for key: String) -> Bool? {
        let flags = ["true": true, "false": false]
        guard let text = node.scalar?.string, let flag = flags[text] else {
            problem("`\(key)` is neither `true` nor `false`", at: node)
            return nil
        }
        return flag
    }

    /// One of the names of an enumeration.
    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ node: Node,
        for key: String,
        of type: Choice.Type = Choice.self
    ) -> Choice? where Choice.RawValue == String {
        guard let text = node.scalar?.string, let choice = Choice(rawValue: text) else {
            let known = Choice.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
            problem("`\(key)` is not one of \(known)", at: node)
            return nil
        }
        return choice
    }
}
