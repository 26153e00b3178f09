import Cryptography
import FoundationEssentials
import JSON

/// Where the next page starts, as the Gate remembers it in the caller's hands.
struct PageCursor: Equatable {
    let jobID: String
    let firstRow: Int64
    /// The mapping under which the job was masked; under another one the page is refused.
    let mappingDigest: String
    /// Seconds since 1970.
    let expires: Int64
}

/// Seals cursors so that a caller can neither read nor change them: AES-256-GCM under a key derived from the sealing
/// key ring.
///
/// Whose cursor it is follows from the job ID in it, which carries a MAC over its principal. Text form:
/// `<key id>.<base64url of nonce, ciphertext and tag>`.
struct CursorSeal: Sendable {
    private let ring: KeyRing

    private static let purpose = Array("scrim page cursor v1".utf8)
    private static let textBytesMax = 4096

    init(ring: KeyRing) { self.ring = ring }

    func seal(_ cursor: PageCursor) throws(CryptographyError) -> String {
        try seal([
            "job": .string(cursor.jobID), "row": .integer(cursor.firstRow),
            "mapping": .string(cursor.mappingDigest), "expires": .integer(cursor.expires),
        ])
    }

    /// - Returns: nil for whatever was not sealed here or has expired.
    func open(_ text: String, now: Int64) -> PageCursor? {
        guard let payload = open(text),
            let jobID = payload["job"]?.stringValue, let row = payload["row"]?.integerValue,
            let mapping = payload["mapping"]?.stringValue, let expires = payload["expires"]?.integerValue,
            row >= 0, now < expires
        else { return nil }
        return PageCursor(jobID: jobID, firstRow: row, mappingDigest: mapping, expires: expires)
    }

    /// Seals a place in a list of datasets or tables.
    func seal(position: String, list: String, expires: Int64) throws(CryptographyError) -> String {
        let payload: JSONValue = ["at": .string(position), "list": .string(list), "expires": .integer(expires)]
        return try seal(payload)
    }

    /// - Returns: nil for whatever was not sealed here for this list, or has expired.
    func openPosition(_ text: String, list: String, now: Int64) -> String? {
        guard let payload = open(text), payload["list"]?.stringValue == list,
            let expires = payload["expires"]?.integerValue, now < expires
        else { return nil }
        return payload["at"]?.stringValue
    }

    private func seal(_ payload: JSONValue) throws(CryptographyError) -> String {
        let key = ring.current
        let sealed = try Self.cipher(key).seal(payload.serialized(), authenticating: Self.purpose)
        return "\(key.id).\(Base64.encodeURLSafe(sealed))"
    }

    private func open(_ text: String) -> JSONValue? {
        guard text.utf8.count <= Self.textBytesMax, let dot = text.firstIndex(of: "."),
            let key = ring.key(id: String(text[..<dot])),
            let sealed = try? Base64.decodeURLSafe(String(text[text.index(after: dot)...])),
            let bytes = try? Self.cipher(key).open(sealed, authenticating: Self.purpose)
        else { return nil }
        return try? JSONValue(parsing: bytes)
    }

    private static func cipher(_ key: KeyRing.Key) throws(CryptographyError) -> AESGCMKey {
        try AESGCMKey(HMACSHA256.authenticate(purpose, key: key.secret))
    }
}
