import Cryptography
@testable import Identity
import struct Foundation.Date
import Testing

/// A ring of keys whose secrets repeat one byte, newest first.
func makeRing(_ keys: [(byte: UInt8, created: Date)]) throws -> KeyRing {
    try KeyRing(
        keys: keys.map {
            KeyRing.Key(id: "k\($0.byte)", created: $0.created, secret: [UInt8](repeating: $0.byte, count: 32))
        }
    )
}

private let epoch = Date(timeIntervalSince1970: 0)

private func principal(
    issuer: String = "https://issuer.example",
    subject: String = "alice",
    client: String? = "claude",
    roles: [String] = ["analyst"]
) throws -> Principal {
    try Principal(issuer: issuer, subject: subject, client: client, roles: roles, kind: .human)
}

private func mints(_ bytes: UInt8...) throws -> (sessions: SessionIDMint, jobs: JobIDMint) {
    let keys = try makeRing(bytes.map { ($0, epoch) })
    return (try SessionIDMint(keys: keys, windowHours: 12) { epoch }, JobIDMint(keys: keys))
}

@Test
func `a job ID names its session, is known to its principal and never comes twice`() throws {
    let (sessions, jobs) = try mints(1)
    let alice = try principal()
    let session = sessions.session(of: alice)
    var seen: Set<String> = []
    for _ in 0..<100 {
        let job = try jobs.mint(for: alice, in: session)
        #expect(job.text.hasPrefix("scrim_\(session)_"))
        #expect(job.text.utf8.count == 87)
        #expect(jobs.verify(job.text, for: alice) == job)
        #expect(seen.insert(job.text).inserted)
    }
}

@Test
func `a job ID is unknown to everybody else`() throws {
    let (sessions, jobs) = try mints(1)
    let alice = try principal()
    let job = try jobs.mint(for: alice, in: sessions.session(of: alice))
    let others = [
        try principal(issuer: "https://other.example"), try principal(subject: "alicf"),
        try principal(client: "cursor"),
        try principal(client: nil), try principal(roles: []), try principal(roles: ["analyst", "admin"]),
        try principal(roles: ["admin"]),
    ]
    for other in others { #expect(jobs.verify(job.text, for: other) == nil) }
}

@Test
func `a job ID with any character changed, dropped or added is unknown`() throws {
    let (sessions, jobs) = try mints(1)
    let alice = try principal()
    let text = try jobs.mint(for: alice, in: sessions.session(of: alice)).text
    let characters = Array(text.utf8)
    for index in characters.indices {
        for replacement in [UInt8(ascii: "a"), UInt8(ascii: "b"), UInt8(ascii: "_"), UInt8(ascii: "A"), 0] {
            var changed = characters
            guard changed[index] != replacement else { continue }
            changed[index] = replacement
            #expect(jobs.verify(String(decoding: changed, as: UTF8.self), for: alice) == nil)
        }
        var shorter = characters
        shorter.remove(at: index)
        #expect(jobs.verify(String(decoding: shorter, as: UTF8.self), for: alice) == nil)
    }
    let malformed = ["", "scrim", "scrim__", "scrim_a_b", text + "a", text + "\n", " " + text, text.uppercased()]
    for other in malformed + [String(repeating: "_", count: 87), String(repeating: "a", count: 1_000_000)] {
        #expect(jobs.verify(other, for: alice) == nil)
    }
}

@Test
func `job IDs outlive a rotation as long as their key is in the ring`() throws {
    let alice = try principal()
    let before = try mints(1)
    let job = try before.jobs.mint(for: alice, in: before.sessions.session(of: alice))
    #expect(try mints(2, 1).jobs.verify(job.text, for: alice) == job)
    #expect(try mints(3, 2, 1).jobs.verify(job.text, for: alice) == job)
    #expect(try mints(3, 2).jobs.verify(job.text, for: alice) == nil)
    let fresh = try mints(2, 1).jobs.mint(for: alice, in: job.session)
    #expect(before.jobs.verify(fresh.text, for: alice) == nil)
}
