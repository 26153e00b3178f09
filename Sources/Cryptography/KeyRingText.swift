import struct FoundationEssentials.Date

extension KeyRing {
    private static let firstLine = "scrim-key-ring-1"

    /// The text of the ring's file, secrets included.
    var text: String {
        var text = Self.firstLine + "\n"
        for key in keys {
            text += "\(key.id) \(key.created.formatted(.iso8601)) \(Hex.encode(key.secret))\n"
        }
        return text
    }

    /// A ring from the text of its file.
    ///
    /// - Throws: `keyRing` with the number of the line that is wrong; the line itself is not quoted.
    init(text: String) throws(CryptographyError) {
        var keys: [Key] = []
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.first == Self.firstLine[...] else {
            throw CryptographyError(.keyRing, "line 1 of a key ring is `\(Self.firstLine)`")
        }
        for (index, line) in lines.enumerated().dropFirst() where !line.isEmpty && !line.hasPrefix("#") {
            keys.append(try Self.key(line: line, number: index + 1))
        }
        try self.init(keys: keys)
    }

    private static func key(line: Substring, number: Int) throws(CryptographyError) -> Key {
        let fields = line.split(separator: " ", omittingEmptySubsequences: false)
        guard
            fields.count == 3,
            let created = try? Date(String(fields[1]), strategy: .iso8601),
            let secret = try? Hex.decode(String(fields[2]))
        else {
            throw CryptographyError(
                .keyRing,
                "line \(number) of a key ring is not: ID, time in UTC, \(secretBytes * 2) hexadecimal digits"
            )
        }
        return Key(id: String(fields[0]), created: created, secret: secret)
    }
}
