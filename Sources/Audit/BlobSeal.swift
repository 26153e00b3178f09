import Cryptography

/// Seals what opens the commitments of an entry, so that only who holds the audit key ring can read it.
/// `docs/audit-log.md`, section 6, has the format.
struct BlobSeal: Sendable {
    static let saltBytes = 32
    /// The longest sealed record: far more than SQL that BigQuery takes, and small enough to be kept in memory.
    static let recordBytesMax = 16_777_216
    private static let purpose = Array("scrim audit blob 1".utf8)

    private let keyID: [UInt8]
    private let key: AESGCMKey

    /// The seal under one key of the audit ring. The AES key is derived, because the ring's secret itself signs.
    init(key: KeyRing.Key) throws(AuditError) {
        do {
            self.key = try AESGCMKey(HMACSHA256.authenticate(Self.purpose, key: key.secret))
        } catch {
            throw AuditError(.key, error.message)
        }
        keyID = Array(key.id.utf8)
    }

    /// The record: the key's ID behind its length in one byte, and the sealed openings.
    func record(of openings: CommitmentOpenings) throws(AuditError) -> [UInt8] {
        var plaintext: [UInt8] = []
        for opening in openings.openings {
            plaintext.append(UInt8(truncatingIfNeeded: opening.name.utf8.count))
            plaintext += opening.name.utf8
            plaintext += opening.salt
            plaintext.append(bigEndian: UInt32(truncatingIfNeeded: opening.text.count))
            plaintext += opening.text
        }
        guard plaintext.count <= Self.recordBytesMax - 256 else {
            throw AuditError(.entrySize, "the texts of an entry have \(plaintext.count) bytes, too many to be kept")
        }
        do {
            let sealed = try key.seal(plaintext, authenticating: Self.purpose)
            return [UInt8(truncatingIfNeeded: keyID.count)] + keyID + sealed
        } catch {
            throw AuditError(.key, error.message)
        }
    }

    /// What a record holds; null when this key did not seal it.
    func open(_ record: [UInt8]) -> CommitmentOpenings? {
        guard let length = record.first, record.dropFirst().prefix(Int(length)).elementsEqual(keyID),
            let plaintext = try? key.open(Array(record.dropFirst(1 + keyID.count)), authenticating: Self.purpose)
        else { return nil }
        var rest = plaintext[...]
        var openings = CommitmentOpenings()
        while let length = rest.popFirst() {
            guard let name = rest.takeFirst(Int(length)), let salt = rest.takeFirst(Self.saltBytes),
                let count = rest.takeBigEndian(bytes: 4), let text = rest.takeFirst(Int(count))
            else { return nil }
            openings.append(
                CommitmentOpenings.Opening(
                    name: String(decoding: name, as: UTF8.self),
                    salt: Array(salt),
                    text: Array(text)
                )
            )
        }
        return openings
    }
}
