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

    private func opening(of name: String, in entry: AuditEntry) throws(AuditError) -> CommitmentOpenings.Opening {
        guard let commitment = entry.json["commitments"]?[name]?.stringValue else {
            throw AuditError(.damaged, "entry \(entry.sequence) has no commitment `\(name)`")
        }
        guard let record = try reading.blob(of: entry.sequence),
            Hex.encode(SHA256.hash(record)) == entry.json["blob_sha256"]?.stringValue
        else { throw AuditError(.damaged, "the texts of entry \(entry.sequence) are gone or changed") }
        guard let opening = seals.lazy.compactMap({ $0.open(record) }).first?[name] else {
            throw AuditError(.key, "no key of the ring opens the texts of entry \(entry.sequence)")
        }
        guard Hex.encode(HMACSHA256.authenticate(opening.text, key: opening.salt)) == commitment else {
            throw AuditError(.damaged, "entry \(entry.sequence) commits to another `\(name)` than was kept")
        }
        return opening
    }
}
