import Cryptography
@testable import Identity
import struct Foundation.Date
import Testing

private let noon = Date(timeIntervalSince1970: 1_795_348_800)

private func ring(_ secrets: (byte: UInt8, created: Double)...) throws -> KeyRing {
    try makeRing(secrets.map { ($0.byte, Date(timeIntervalSince1970: $0.created)) })
}

private func session(
    of principal: Principal,
    at time: Date = noon,
    keys: KeyRing? = nil,
    hours: Int = 12
) throws -> String {
    try SessionIDMint(keys: keys ?? ring((1, 0)), windowHours: hours) { time }.session(of: principal).text
}

@Test
func `a session ID has 32 of a-z and 2-7 and is what HMAC gives for length-prefixed fields`() throws {
    let principal = try Principal(issuer: "i", subject: "s", client: "c", signIn: "x", roles: [], kind: .human)
    let text = try session(of: principal)
    #expect(text.count == 32)
    #expect(text.allSatisfy { ("a"..."z").contains($0) || ("2"..."7").contains($0) })
    var message: [UInt8] = []
    for field in ["scrim session 1", "i", "s", "c", "x"] {
        message += [1, 0, 0, 0, 0, 0, 0, 0, UInt8(field.utf8.count)] + Array(field.utf8)
    }
    let expected = HMACSHA256.authenticate(message, key: [UInt8](repeating: 1, count: 32))
    #expect(text == Base32.encode(Array(expected.prefix(20))))
}

@Test
func `a session lasts for its UTC window and not longer`() throws {
    let principal = try Principal(issuer: "i", subject: "s", roles: [], kind: .machine)
    let first = try session(of: principal, at: noon)
    #expect(try session(of: principal, at: noon.addingTimeInterval(12 * 3600 - 1)) == first)
    #expect(try session(of: principal, at: noon.addingTimeInterval(12 * 3600)) != first)
    #expect(try session(of: principal, at: noon.addingTimeInterval(-1)) != first)
}

@Test
func `a sign-in's session does not depend on the time, and roles never count`() throws {
    let principal = try Principal(issuer: "i", subject: "s", signIn: "x", roles: ["a"], kind: .human)
    let promoted = try Principal(issuer: "i", subject: "s", signIn: "x", roles: ["a", "b"], kind: .human)
    let first = try session(of: principal)
    #expect(try session(of: principal, at: noon.addingTimeInterval(1_000_000)) == first)
    #expect(try session(of: promoted) == first)
}

@Test
func `principals whose joined names are alike have different sessions`() throws {
    let names: [(String, String, String?, String?)] = [
        ("ab", "c", nil, nil), ("a", "bc", nil, nil), ("a", "b", "c", nil), ("a", "b", nil, "c"), ("a", "b", nil, nil),
        ("a|b", "c", nil, nil), ("a", "b|c", nil, nil), ("a", "b\u{0}", "c", nil), ("a", "b", "c", "d"),
        ("a", "b", "cd", nil),
    ]
    var seen: Set<String> = []
    for (issuer, subject, client, signIn) in names {
        let principal = try Principal(
            issuer: issuer,
            subject: subject,
            client: client,
            signIn: signIn,
            roles: [],
            kind: .human
        )
        #expect(seen.insert(try session(of: principal)).inserted)
    }
}

@Test
func `a rotation takes effect at the next window`() throws {
    let principal = try Principal(issuer: "i", subject: "s", roles: [], kind: .human)
    let start = noon.timeIntervalSince1970
    let old = try ring((1, start - 100_000))
    let rotated = try ring((2, start + 60), (1, start - 100_000))
    let later = noon.addingTimeInterval(3600)
    let next = noon.addingTimeInterval(12 * 3600)
    #expect(try session(of: principal, at: later, keys: rotated) == session(of: principal, at: later, keys: old))
    #expect(try session(of: principal, at: next, keys: rotated) != session(of: principal, at: next, keys: old))
    let made = try ring((1, start + 30))
    let madeAndRotated = try ring((2, start + 60), (1, start + 30))
    #expect(
        try session(of: principal, at: later, keys: madeAndRotated) == session(of: principal, at: later, keys: made)
    )
}

@Test
func `clocks far off do not trap and odd windows are refused`() throws {
    let principal = try Principal(issuer: "i", subject: "s", roles: [], kind: .human)
    for time in [-1e300, -1, 1e300, Double.infinity] {
        #expect(try session(of: principal, at: Date(timeIntervalSince1970: time)).count == 32)
    }
    for hours in [0, -1, 745, Int.max] {
        #expect(throws: IdentityError.self) { try session(of: principal, hours: hours) }
    }
}
