import Catalog
import GoogleSQL

/// A table's path, resolved to its full name, or why that is refused.
struct TableName {
    /// What the path names.
    enum Resolved {
        case table(TableID)
        case refused(code: String, message: String, fix: String)
    }

    /// What the path names.
    let resolved: Resolved
    /// The name by which columns of a table without an alias are qualified: the last part of its path.
    let implicitAlias: String

    /// Resolves a path as BigQuery does, with our own defaults.
    ///
    /// A part in backticks may hold dots: `` `p.d.t` `` is the same as `p.d.t`, and a project may be of a domain
    /// (`google.com:project`), in which case the dots before the colon belong to the project.
    init(_ path: PathExpression, defaults: NameDefaults) {
        let parts = Self.flatten(path)
        implicitAlias = parts.last ?? ""
        resolved = Self.resolve(parts, defaults: defaults)
    }

    private static func resolve(_ parts: [String], defaults: NameDefaults) -> Resolved {
        var shown: String { parts.joined(separator: ".") }
        guard !parts.isEmpty, parts.allSatisfy({ !$0.isEmpty }) else {
            return .refused(code: "table.name", message: "`\(shown)` is not a table name", fix: "name `dataset.table`")
        }
        if let refusal = refusal(of: parts) { return refusal }
        guard parts.count <= 3 else {
            return .refused(
                code: "table.path",
                message: "`\(shown)` has more parts than project, dataset and table",
                fix: "name `project.dataset.table`"
            )
        }
        let table = parts[parts.count - 1]
        if parts.count == 3 { return .table(TableID(project: parts[0], dataset: parts[1], table: table)) }
        if parts.count == 2 { return .table(TableID(project: defaults.project, dataset: parts[0], table: table)) }
        guard let dataset = defaults.dataset else {
            return .refused(
                code: "table.no_dataset",
                message: "`\(shown)` names no dataset and there is no default one",
                fix: "write `dataset.\(shown)`"
            )
        }
        return .table(TableID(project: defaults.project, dataset: dataset, table: table))
    }

    private static func flatten(_ path: PathExpression) -> [String] {
        var parts: [String] = []
        parts.reserveCapacity(3)
        for part in path.parts {
            guard part.isQuoted && part.name.utf8.contains(UInt8(ascii: ".")) else {
                parts.append(part.name)
                continue
            }
            var pieces = split(part.name)
            if parts.isEmpty, let colon = pieces.firstIndex(where: { $0.contains(":") }) {
                pieces.replaceSubrange(0...colon, with: [pieces[0...colon].joined(separator: ".")])
            }
            parts += pieces
        }
        return parts
    }

    /// The parts between the dots of a name.
    private static func split(_ name: String) -> [String] {
        // Beyond ASCII a dot can be part of a longer character, which is no dot.
        guard name.utf8.allSatisfy({ $0 < 0x80 }) else {
            return name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        }
        let pieces = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return pieces.map { String($0) ?? "" }
    }

    private static func refusal(of parts: [String]) -> Resolved? {
        var shown: String { parts.joined(separator: ".") }
        // No text of fewer bytes has this one in upper case.
        if let schema = parts.firstIndex(where: { $0.utf8.count >= 18 && $0.uppercased() == "INFORMATION_SCHEMA" }) {
            let view = parts[(schema + 1)...].first?.uppercased() ?? ""
            return .refused(
                code: "table.information_schema",
                message: "`\(shown)` is metadata, which shows queries and values of others",
                fix: MetadataView.advice(for: view)
            )
        }
        // The project may begin with neither; dataset and table are what follows it.
        for (index, part) in parts.enumerated().suffix(2) where !isPlain(part) {
            if let refusal = refusal(of: part, isLast: index == parts.count - 1, shown: shown) { return refusal }
        }
        return nil
    }

    /// Whether a part is a word that does not begin with `_`, as nearly all are.
    private static func isPlain(_ part: String) -> Bool {
        part.utf8.first != UInt8(ascii: "_")
            && part.utf8.allSatisfy { byte in
                (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A || byte >= 0x30 && byte <= 0x39 || byte == 0x5F
            }
    }

    /// - Parameter isLast: whether the part is the table's name.
    private static func refusal(of part: String, isLast: Bool, shown: String) -> Resolved? {
        if part.utf8.first == UInt8(ascii: "_") {
            return .refused(
                code: "table.hidden",
                message: "`\(shown)` is a hidden or temporary table",
                fix: MetadataView.legacyAdvice(for: part.uppercased()) ?? "name a table that list_tables shows"
            )
        }
        if let star = part.utf8.firstIndex(of: UInt8(ascii: "*")),
            !isLast || part.utf8.index(after: star) != part.utf8.endIndex
        {
            return .refused(
                code: "table.wildcard",
                message: "`\(shown)` has a `*` in another place than at its end",
                fix: "end the name with one `*`, as in `dataset.events_*`"
            )
        }
        if part.utf8.contains(where: { $0 == UInt8(ascii: "$") || $0 == UInt8(ascii: "@") }) {
            return .refused(
                code: "table.decorator",
                message: "`\(shown)` has a decorator",
                fix: "name the table and filter with WHERE"
            )
        }
        if part.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == UInt8(ascii: ":") }) {
            return .refused(
                code: "table.name",
                message: "a table name holds a character that no table has",
                fix: "name `dataset.table`"
            )
        }
        return nil
    }
}

extension String {
    /// Whether there is a dot, as in the quoted `` `p.d.t` ``.
    var holdsDot: Bool { utf8.contains(UInt8(ascii: ".")) && contains(".") }
}
