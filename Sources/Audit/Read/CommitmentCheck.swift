public import Cryptography
import JSON

/// Tells whether a text is the one that an entry commits to. Needs the audit key ring, which seals the salts.
public struct CommitmentCheck {
    private static let lineBytesMax = 4096

    private let directory: String
    private let seals: [SaltSeal]

    /// A check on a log directory.
    public init(directory: String, keys: KeyRing) throws(AuditError) {
        self.directory = directory
        var seals: [SaltSeal] = []
        for key in keys.keys { seals.append(try SaltSeal(key: key)) }
        self.seals = seals
    }

    /// Whether `text` is what the commitment `name` (`sql`, `rewritten_sql`, `parameters` or `reason`) of an entry is
    /// to.
    ///
    /// - Throws: `damaged` when the entry has no such commitment or its salts are not there, `key` when no key of the
    ///   ring opens them.
    public func matches(_ text: [UInt8], commitment name: String, of entry: AuditEntry) throws(AuditError) -> Bool {
        guard let commitment = entry.json["commitments"]?[name]?.stringValue else {
            throw AuditError(.damaged, "entry \(entry.sequence) has no commitment `\(name)`")
        }
        let record = try record(of: entry)
        guard let salts = seals.lazy.compactMap({ $0.open(record: record) }).first, let salt = salts[name] else {
            throw AuditError(.key, "no key of the ring opens the salts of entry \(entry.sequence)")
        }
        return Hex.encode(HMACSHA256.authenticate(text, key: salt)) == commitment
    }

    private func record(of entry: AuditEntry) throws(AuditError) -> String {
        var lines = try LineStream(path: directory + "/salts", lineBytesMax: Self.lineBytesMax)
        let prefix = Array("\(entry.sequence) ".utf8)
        while case .line(let line) = try lines.next() {
            guard line.starts(with: prefix) else { continue }
            let record = line.dropFirst(prefix.count)
            guard Hex.encode(SHA256.hash(Array(record))) == entry.json["salts_sha256"]?.stringValue else { break }
            return String(decoding: record, as: UTF8.self)
        }
        throw AuditError(.damaged, "the salts of entry \(entry.sequence) are gone or changed")
    }
}
