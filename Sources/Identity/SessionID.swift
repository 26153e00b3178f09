public import Cryptography
public import struct FoundationEssentials.Date

/// The name of a session: 32 of `a-z`, `2-7`. Not secret, and it tells nothing about who is behind it.
public struct SessionID: Sendable, Hashable, CustomStringConvertible {
    /// The bytes of the authenticator that are kept: a multiple of 5, so that base32 has no unused bits.
    static let authenticatorBytes = 20
    /// The length of every session ID.
    public static let length = 32

    /// The ID.
    public let text: String

    /// The ID.
    public var description: String { text }

    init(text: String) {
        self.text = text
    }
}

/// Names the session that a principal is in. Nothing is stored: replicas with one key ring and one `windowHours` agree.
///
/// A session is base32 of HMAC(sealing key, issuer, subject, client, and the token's `sid` or the start of a UTC
/// window).
public struct SessionIDMint: Sendable {
    /// The shortest and the longest window.
    public static let windowHoursRange = 1...(24 * 31)

    private let keys: KeyRing
    private let windowSeconds: Int64
    private let clock: @Sendable () -> Date

    /// A mint under the sealing key ring, with windows of `windowHours` hours from the Unix epoch on.
    ///
    /// - Throws: `malformed` when `windowHours` is outside `windowHoursRange`.
    public init(
        keys: KeyRing,
        windowHours: Int,
        clock: @escaping @Sendable () -> Date = { Date() }
    ) throws(IdentityError) {
        guard Self.windowHoursRange.contains(windowHours) else {
            let range = Self.windowHoursRange
            throw IdentityError(.malformed, "session hours are \(range.lowerBound) to \(range.upperBound)")
        }
        self.keys = keys
        self.windowSeconds = Int64(windowHours) * 3600
        self.clock = clock
    }

    /// The session that `principal` is in now.
    public func session(of principal: Principal) -> SessionID {
        var fields = FieldEncoding(purpose: "scrim session 1")
        fields.append(identityOf: principal)
        let secret: [UInt8]
        if let signIn = principal.signIn {
            fields.append(signIn)
            secret = keys.current.secret
        } else {
            let start = windowStart
            fields.append(optional: nil)
            fields.append(number: UInt64(bitPattern: start))
            secret = key(inForceAt: start).secret
        }
        let authenticator = HMACSHA256.authenticate(fields.bytes, key: secret)
        return SessionID(text: Base32.encode(Array(authenticator.prefix(SessionID.authenticatorBytes))))
    }

    /// The start of the present window in Unix seconds. A clock outside the years 1970 to 9999 counts as its nearest
    /// end.
    private var windowStart: Int64 {
        let now = Int64(min(max(clock().timeIntervalSince1970, 0), 253_402_300_799))
        return now - now % windowSeconds
    }

    /// The newest key that was there when the window began, so that a rotation does not cut a session in two; before
    /// the first key was made, that one.
    private func key(inForceAt start: Int64) -> KeyRing.Key {
        let earlier = keys.keys.filter { $0.created.timeIntervalSince1970 <= Double(start) }
        return earlier.max { $0.created < $1.created } ?? keys.keys[keys.keys.count - 1]
    }
}
