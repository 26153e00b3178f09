/// A text of ours with room for the names of key parameters, which are other ones in each query.
struct ScanText: Sendable {
    /// The name of one of the two parameters of a tag.
    struct KeyName: Sendable, Hashable {
        let tag: String
        let isOuter: Bool
    }

    /// The text before the first name.
    private let start: [UInt8]
    /// Each name with the text after it.
    private let rest: [(name: KeyName, text: [UInt8])]

    /// Takes a text apart in which the names are those of ``TokenKeyNames/init(placeholder:)``.
    ///
    /// - Parameter tags: the tags, by the numbers that stand in the placeholders.
    init(_ text: String, tags: [String]) {
        guard !tags.isEmpty, text.utf8.contains(0) else {
            start = Array(text.utf8)
            rest = []
            return
        }
        let pieces = text.split(separator: "\0", omittingEmptySubsequences: false)
        start = Array(pieces[0].utf8)
        rest = stride(from: 1, to: pieces.count - 1, by: 2).compactMap { index in
            guard let number = Int(pieces[index].dropFirst()), tags.indices.contains(number) else { return nil }
            let name = KeyName(tag: tags[number], isOuter: pieces[index].first == "o")
            return (name, Array(pieces[index + 1].utf8))
        }
    }

    /// The number of UTF-8 bytes without the names.
    var byteCount: Int { rest.reduce(start.count) { $0 + $1.text.count } }

    /// Writes the text with the names that the query has for the tags.
    ///
    /// - Returns: whether there is a key for each of them.
    func write(to output: inout [UInt8], keys: inout TokenKeys) -> Bool {
        output += start
        var hasKeys = true
        for (name, text) in rest {
            if let names = keys.names(forTag: name.tag) {
                output.append(contentsOf: (name.isOuter ? names.outer : names.inner).utf8)
            } else {
                hasKeys = false
            }
            output += text
        }
        return hasKeys
    }
}

extension TokenKeyNames {
    /// Names that stand for those of a tag until a query is written. A NUL is in no other text: in names it is escaped.
    init(placeholder number: Int) {
        self.init(inner: "\0i\(number)\0", outer: "\0o\(number)\0")
    }
}
