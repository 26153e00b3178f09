public import Cryptography

/// The ID of a BigQuery job that was minted here for one principal, or verified to have been.
public struct JobID: Sendable, Hashable, CustomStringConvertible {
    /// `scrim_<session>_<48 of a-z, 2-7>`; BigQuery allows up to 1,024 of letters, digits, `_` and `-`.
    public let text: String
    /// The session in which the job was made.
    public let session: SessionID

    /// The ID as BigQuery knows it.
    public var description: String { text }
}

/// Makes job IDs and tells whose they are, without a store.
///
/// The last part of an ID is base32 of 16 random bytes and the first 14 bytes of HMAC(sealing key, issuer, subject,
/// client, roles, session, random bytes). Roles count: who lost or changed a role no longer reaches results made under
/// it.
public struct JobIDMint: Sendable {
    private static let prefix = "scrim"
    private static let randomBytes = 16
    private static let authenticatorBytes = 14

    private let keys: KeyRing

    /// A mint under the sealing key ring. IDs made under a former key are known as long as the ring holds that key.
    public init(keys: KeyRing) {
        self.keys = keys
    }

    /// A fresh ID for a job of `principal` in `session`.
    ///
    /// - Throws: `noRandomness`.
    public func mint(for principal: Principal, in session: SessionID) throws(IdentityError) -> JobID {
        let random: [UInt8]
        do {
            random = try SecureRandom.bytes(Self.randomBytes)
        } catch {
            throw IdentityError(.noRandomness, error.message)
        }
        let authenticator = Self.authenticator(of: random, principal: principal, session: session, key: keys.current)
        return JobID(text: "\(Self.prefix)_\(session.text)_\(Base32.encode(random + authenticator))", session: session)
    }

    /// The job ID in `text` when it was minted for `principal` with the roles it has now; null for every other text,
    /// with no difference between what is malformed, made up, or somebody else's.
    public func verify(_ text: String, for principal: Principal) -> JobID? {
        // Every part has one length, so that a longer text is not looked at.
        guard text.utf8.count == Self.prefix.utf8.count + 2 + SessionID.length + Self.lastPartLength else { return nil }
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        guard
            parts.count == 3, parts[0] == Self.prefix,
            (try? Base32.decode(String(parts[1])))?.count == SessionID.authenticatorBytes,
            let last = try? Base32.decode(String(parts[2])),
            last.count == Self.randomBytes + Self.authenticatorBytes
        else { return nil }
        let session = SessionID(text: String(parts[1]))
        let random = Array(last.prefix(Self.randomBytes))
        let claimed = Array(last.suffix(Self.authenticatorBytes))
        var isAuthentic = false
        // All keys, whichever matches: the time says nothing about which one did.
        for key in keys.keys {
            let expected = Self.authenticator(of: random, principal: principal, session: session, key: key)
            if constantTimeEquals(claimed, expected) { isAuthentic = true }
        }
        return isAuthentic ? JobID(text: text, session: session) : nil
    }

    /// 30 bytes in base32.
    private static let lastPartLength = (randomBytes + authenticatorBytes) * 8 / 5

    private static func authenticator(
        of random: [UInt8],
        principal: Principal,
        session: SessionID,
        key: KeyRing.Key
    ) -> [UInt8] {
        var fields = FieldEncoding(purpose: "scrim job 1")
        fields.append(identityOf: principal)
        fields.append(number: UInt64(principal.roles.count))
        for role in principal.roles { fields.append(role) }
        fields.append(session.text)
        fields.append(random)
        return Array(HMACSHA256.authenticate(fields.bytes, key: key.secret).prefix(authenticatorBytes))
    }
}
