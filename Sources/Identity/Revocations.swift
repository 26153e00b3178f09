public import struct FoundationEssentials.Date

/// What is refused from now on although its time is not over. A value: a new one takes the place of the old one at once.
public struct Revocations: Sendable, Hashable {
    /// One thing that is refused.
    public enum Entry: Sendable, Hashable {
        /// Everything of a subject.
        case subject(issuer: String, subject: String)
        /// Everything of a sign-in, by the token's `sid`.
        case signIn(issuer: String, signIn: String)
        /// A session of ours, by the ID that answers and the log name. One without `sid` ends with its window.
        case session(String)
        /// Everything signed with a key, by its `kid`.
        case key(issuer: String, keyID: String)
        /// One token, by its `jti`.
        case token(issuer: String, tokenID: String)
        /// What was issued before a time, of one subject or of all of an issuer; a token that does not say when it was
        /// issued is refused too.
        case issuedBefore(Date, issuer: String, subject: String?)
    }

    /// The most entries.
    public static let entriesMax = 100_000

    private var exact: Set<[UInt8]> = []
    private var times: [[UInt8]: Date] = [:]
    /// Whether a session's name must be looked up.
    private(set) var hasSessions = false

    /// Nothing is revoked.
    public static let none = Revocations()

    private init() {}

    /// Revocations from entries, in any order.
    ///
    /// - Throws: `malformed` when there are too many, or a name in one is empty.
    public init(_ entries: some Sequence<Entry>) throws(IdentityError) {
        var count = 0
        for entry in entries {
            count += 1
            guard count <= Self.entriesMax, entry.names.allSatisfy({ !$0.isEmpty }) else {
                throw IdentityError(
                    .malformed,
                    "revocation \(count) has an empty name or is beyond the most, \(Self.entriesMax)"
                )
            }
            add(entry)
        }
    }

    private mutating func add(_ entry: Entry) {
        let key = entry.encoded
        switch entry {
        case .issuedBefore(let time, _, _):
            times[key] = max(times[key] ?? time, time)
        case .session:
            hasSessions = true
            exact.insert(key)
        case .subject, .signIn, .key, .token:
            exact.insert(key)
        }
    }

    /// What of a token is compared.
    struct Token {
        let issuer: String
        let subject: String
        var signIn: String?
        var session: String?
        var keyID: String?
        var tokenID: String?
        var issuedAt: Date?
    }

    func revokes(_ token: Token) -> Bool {
        var entries = [Entry.subject(issuer: token.issuer, subject: token.subject)]
        if let signIn = token.signIn { entries.append(.signIn(issuer: token.issuer, signIn: signIn)) }
        if let session = token.session { entries.append(.session(session)) }
        if let keyID = token.keyID { entries.append(.key(issuer: token.issuer, keyID: keyID)) }
        if let tokenID = token.tokenID { entries.append(.token(issuer: token.issuer, tokenID: tokenID)) }
        if entries.contains(where: { exact.contains($0.encoded) }) { return true }
        let limits = [nil, token.subject].compactMap { subject in
            times[Entry.issuedBefore(.distantPast, issuer: token.issuer, subject: subject).encoded]
        }
        guard let limit = limits.max() else { return false }
        return token.issuedAt.map { $0 < limit } ?? true
    }
}

extension Revocations.Entry {
    fileprivate var names: [String] {
        switch self {
        case .subject(let issuer, let name), .signIn(let issuer, let name), .key(let issuer, let name),
            .token(let issuer, let name):
            [issuer, name]
        case .session(let name): [name]
        case .issuedBefore(_, let issuer, let subject): [issuer] + [subject].compactMap(\.self)
        }
    }

    private var kind: String {
        switch self {
        case .subject: "subject"
        case .signIn: "sign-in"
        case .session: "session"
        case .key: "key"
        case .token: "token"
        case .issuedBefore: "issued before"
        }
    }

    /// Names by their bytes, because strings that only look the same are other names; a time is no part of it.
    fileprivate var encoded: [UInt8] {
        var fields = FieldEncoding(purpose: kind)
        for name in names { fields.append(name) }
        return fields.bytes
    }
}
