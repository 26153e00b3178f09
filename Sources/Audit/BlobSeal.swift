import Cryptography
import Zlib

/// Seals what opens the commitments of an entry, so that only who holds the audit key ring can read it.
/// `docs/audit-log.md`, section 6, has the format.
struct BlobSeal: Sendable {
    static let saltBytes = 32
    /// The longest sealed record: far more than SQL that BigQuery takes, and small enough to be kept in memory.
    static let recordBytesMax = 16_777_216
    /// What the name of a compressed text ends in, within the sealed record.
    private static let compressedSuffix = ".zlib"
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
            let name = opening.name + (opening.isCompressed ? Self.compressedSuffix : "")
            let text = try Self.stored(opening)
            plaintext.append(UInt8(truncatingIfNeeded: name.utf8.count))
            plaintext += name.utf8
            plaintext += opening.salt
            plaintext.append(bigEndian: UInt32(truncatingIfNeeded: text.count))
            plaintext += text
        }
        guard plaintext.count <= Self.recordBytesMax - 256 else {
            let code: AuditError.Code = openings.openings.contains(where: \.isCompressed) ? .contentSize : .entrySize
            throw AuditError(code, "the texts of an entry have \(plaintext.count) bytes, too many to be kept")
        }
        do {
            let sealed = try key.seal(plaintext, authenticating: Self.purpose)
            return [UInt8(truncatingIfNeeded: keyID.count)] + keyID + sealed
        } catch {
            throw AuditError(.key, error.message)
        }
    }

    /// A text as it stands in the record: a compressed one is its length in 4 bytes and its stream.
    private static func stored(_ opening: CommitmentOpenings.Opening) throws(AuditError) -> [UInt8] {
        guard opening.isCompressed else { return opening.text }
        guard let stream = ZlibStream.compress(opening.text) else {
            throw AuditError(.contentSize, "\(opening.text.count) bytes could not be compressed")
        }
        var stored: [UInt8] = []
        stored.reserveCapacity(4 + stream.count)
        stored.append(bigEndian: UInt32(truncatingIfNeeded: opening.text.count))
        stored += stream
        return stored
    }

    /// The opening that a record has under a name; null when it is malformed, or would be longer than what is kept.
    private static func opening(
        name: ArraySlice<UInt8>,
        salt: ArraySlice<UInt8>,
        stored: ArraySlice<UInt8>
    ) -> CommitmentOpenings.Opening? {
        let name = String(decoding: name, as: UTF8.self)
        guard name.hasSuffix(compressedSuffix) else {
            return CommitmentOpenings.Opening(name: name, salt: Array(salt), text: Array(stored))
        }
        var rest = stored
        guard let length = rest.takeBigEndian(bytes: 4), length <= RecordedContent.bytesMax,
            let text = ZlibStream.decompress(Array(rest), byteCount: Int(length))
        else { return nil }
        return CommitmentOpenings.Opening(
            name: String(name.dropLast(compressedSuffix.count)),
            salt: Array(salt),
            text: text,
            isCompressed: true
        )
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
                let count = rest.takeBigEndian(bytes: 4), let stored = rest.takeFirst(Int(count)),
                let opening = Self.opening(name: name, salt: salt, stored: stored)
            else { return nil }
            openings.append(opening)
        }
        return openings
    }
}
