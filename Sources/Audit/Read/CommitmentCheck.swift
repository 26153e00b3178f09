public import Cryptography
import JSON

/// Opens the commitments of entries. Needs the audit key ring, which seals the texts.
public struct CommitmentCheck {
    private let reading: LogReading
    private let seals: [BlobSeal]

    /// A check on a log directory.
    public init(directory: String, keys: KeyRing) throws(AuditError) {
        reading = LogReading(directory: directory)
        var seals: [BlobSeal] = []
        for key in keys.keys { seals.append(try BlobSeal(key: key)) }
        self.seals = seals
    }

    /// Whether `text` is what the commitment `name` (`sql`, `rewritten_sql`, `parameters` or `reason`) of an entry is
    /// to.
    ///
    /// - Throws: `damaged` when the entry has no such commitment or its texts are not there, `key` when no key of the
    ///   ring opens them.
    public func matches(_ text: [UInt8], commitment name: String, of entry: AuditEntry) throws(AuditError) -> Bool {
        try opening(of: name, in: entry).text == text
    }

    /// The text that the commitment `name` of an entry is to, as it was kept.
    public func text(commitment name: String, of entry: AuditEntry) throws(AuditError) -> [UInt8] {
        try opening(of: name, in: entry).text
    }

    /// All texts that the commitments of an entry are to, in the order of the record; null when the record is not there.
    ///
    /// - Throws: `damaged` when record, commitments or digest contradict each other, `key` when no key of the ring opens
    ///   it.
    public func texts(of entry: AuditEntry) throws(AuditError) -> [(name: String, text: [UInt8])]? {
        guard let record = try reading.blob(of: entry.sequence) else { return nil }
        let openings = try openings(in: record, of: entry)
        guard openings.openings.map(\.name) == entry.json["commitments"]?.objectValue?.keys else {
            throw AuditError(.damaged, "entry \(entry.sequence) commits to other texts than were kept")
        }
        for opening in openings.openings { try check(opening, of: entry) }
        return openings.openings.map { ($0.name, $0.text) }
    }

    private func openings(in record: [UInt8], of entry: AuditEntry) throws(AuditError) -> CommitmentOpenings {
        guard Hex.encode(SHA256.hash(record)) == entry.json["blob_sha256"]?.stringValue else {
            throw AuditError(.damaged, "the texts of entry \(entry.sequence) were changed")
        }
        guard let openings = seals.lazy.compactMap({ $0.open(record) }).first else {
            throw AuditError(.key, "no key of the ring opens the texts of entry \(entry.sequence)")
        }
        return openings
    }

    /// The text is the one that was committed to; what was returned is also what the entry has the digest of.
    private func check(_ opening: CommitmentOpenings.Opening, of entry: AuditEntry) throws(AuditError) {
        let commitment = entry.json["commitments"]?[opening.name]?.stringValue
        var isRight = Hex.encode(HMACSHA256.authenticate(opening.text, key: opening.salt)) == commitment
        if opening.name == RecordedContent.contentName {
            isRight = isRight && Hex.encode(SHA256.hash(opening.text)) == entry.json["sha256"]?.stringValue
        }
        guard isRight else {
            throw AuditError(.damaged, "entry \(entry.sequence) commits to another `\(opening.name)` than was kept")
        }
    }

    private func opening(of name: String, in entry: AuditEntry) throws(AuditError) -> CommitmentOpenings.Opening {
        guard entry.json["commitments"]?[name] != nil else {
            throw AuditError(.damaged, "entry \(entry.sequence) has no commitment `\(name)`")
        }
        guard let record = try reading.blob(of: entry.sequence) else {
            throw AuditError(
                .damaged,
                "the texts of entry \(entry.sequence) are not there: erased, or removed, as `scrim audit verify` tells"
            )
        }
        guard let opening = try openings(in: record, of: entry)[name] else {
            throw AuditError(.damaged, "the texts of entry \(entry.sequence) have no `\(name)`")
        }
        try check(opening, of: entry)
        return opening
    }
}
