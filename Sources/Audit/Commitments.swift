import Cryptography
import JSON

/// What opens the commitments of one entry: the texts and their salts, before they are sealed.
struct CommitmentOpenings {
    /// What opens one commitment.
    struct Opening: Hashable {
        let name: String
        let salt: [UInt8]
        let text: [UInt8]
        /// Whether the text is compressed before it is sealed.
        var isCompressed = false
    }

    private(set) var openings: [Opening] = []

    init(_ openings: [Opening] = []) {
        self.openings = openings
    }

    mutating func append(_ opening: Opening) { openings.append(opening) }

    /// Puts HMAC(salt, text) of each text into the entry, and keeps what opens them.
    ///
    /// The salts are random, so that nobody who reads the log can try out values: the SQL's shape is known to him, and
    /// often only a literal is missing.
    mutating func commit(
        _ texts: [(name: String, text: [UInt8])],
        isCompressed: Bool,
        into fields: inout EntryFields
    ) throws(AuditError) {
        for (name, text) in texts {
            let salt: [UInt8]
            do {
                salt = try SecureRandom.bytes(BlobSeal.saltBytes)
            } catch {
                throw AuditError(.key, error.message)
            }
            fields.commitment(name, Hex.encode(HMACSHA256.authenticate(text, key: salt)))
            append(Opening(name: name, salt: salt, text: text, isCompressed: isCompressed))
        }
    }

    subscript(name: String) -> Opening? { openings.first { $0.name == name } }
}

extension CommittedTexts {
    /// Commits to each text there is, and gives what opens the commitments.
    func commit(into fields: inout EntryFields) throws(AuditError) -> CommitmentOpenings {
        var openings = CommitmentOpenings()
        var committed: [(name: String, text: [UInt8])] = [("sql", Array(originalSQL.utf8))]
        if let rewrittenSQL { committed.append(("rewritten_sql", Array(rewrittenSQL.utf8))) }
        if !parameters.isEmpty { committed.append(("parameters", parameters)) }
        if let reason { committed.append(("reason", Array(reason.utf8))) }
        try openings.commit(committed, isCompressed: false, into: &fields)
        return openings
    }
}
