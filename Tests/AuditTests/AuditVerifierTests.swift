import Audit
import Cryptography
import struct Foundation.Date
import Testing

/// The answer of the verifier for a fixture's directory.
func verify(
    _ fixture: LogFixture,
    trusting keys: [String]? = nil,
    anchors: [String] = []
) throws -> AuditVerification {
    let texts = try keys ?? AuditSigner(keys: fixture.keys).verifierKeys
    let trusted = try texts.map { try VerifierKey($0) }
    return try AuditVerifier(directory: fixture.directory, trustedKeys: trusted, anchors: anchors).verify()
}

/// A closed log with three of each sample event.
func makeLog() async throws -> LogFixture {
    let fixture = try LogFixture()
    let log = try fixture.open()
    for _ in 0..<3 {
        for event in Sample.all { _ = try await log.append(event) }
    }
    try await log.close()
    return fixture
}

@Test
func `a closed log is verified with its key and said to be no more than consistent without`() async throws {
    let fixture = try await makeLog()
    let verified = try verify(fixture)
    #expect(verified.verdict == "verified")
    #expect(verified.findings.isEmpty && verified.notices.isEmpty)
    #expect(verified.entryCount == 30 && verified.signedCount == 30)
    let consistent = try verify(fixture, trusting: [])
    #expect(consistent.holds && !consistent.isKeyTrusted)
    #expect(consistent.verdict == "self-consistent, key not trusted")
}

@Test
func `a log signed by another key fails`() async throws {
    let fixture = try await makeLog()
    let other = try AuditSigner(keys: KeyRing.generate(now: .now)).verifierKeys
    let result = try verify(fixture, trusting: other)
    #expect(!result.holds)
    #expect(result.findings.map(\.message) == ["is not signed by a trusted key"])
}

@Test
func `a former key of the ring still verifies after a rotation, and so does the new one`() async throws {
    let fixture = try await makeLog()
    let rotated = try fixture.keys.rotated(now: .now)
    let log = try AuditLog(directory: fixture.directory, keys: rotated)
    _ = try await log.append(Sample.all[0])
    try await log.close()
    let keys = try AuditSigner(keys: rotated).verifierKeys
    #expect(keys.count == 2)
    for key in keys { #expect(try verify(fixture, trusting: [key]).verdict == "verified") }
}

@Test
func `a log that is being written is verified, with a notice for what is not signed yet`() async throws {
    let fixture = try LogFixture()
    let log = try fixture.open()
    for event in Sample.all { _ = try await log.append(event) }
    let before = try verify(fixture)
    #expect(before.verdict == "verified")
    #expect(before.signedCount == 0 && before.entryCount == 10)
    #expect(before.notices == ["10 entries after the last checkpoint: linked, and under no signature"])
    try await log.checkpoint()
    let after = try verify(fixture)
    #expect(after.verdict == "verified")
    #expect(after.signedCount == 10 && after.notices.isEmpty)
    try await log.close()
}

@Test
func `a checkpoint is written by itself soon after an entry`() async throws {
    let fixture = try LogFixture()
    let log = try fixture.open(checkpointMilliseconds: 10)
    _ = try await log.append(Sample.all[0])
    var signed: Int64 = 0
    for _ in 0..<400 where signed == 0 {
        try await Task.sleep(for: .milliseconds(5))
        signed = try verify(fixture).signedCount
    }
    #expect(signed == 1)
    try await log.close()
}

@Test
func `an anchor finds that the log was rolled back, or replaced`() async throws {
    let fixture = try await makeLog()
    let older = try (fixture.read("entries.jsonl"), fixture.read("salts"), fixture.read("checkpoint"))
    let log = try fixture.open()
    for event in Sample.all { _ = try await log.append(event) }
    try await log.close()
    try fixture.write(try fixture.read("checkpoint"), to: "../anchor")
    let anchor = fixture.root + "/anchor"
    let whole = try verify(fixture, anchors: [anchor])
    #expect(whole.verdict == "verified" && whole.anchorCount == 1)

    try fixture.write(older.0, to: "entries.jsonl")
    try fixture.write(older.1, to: "salts")
    try fixture.write(older.2, to: "checkpoint")
    #expect(try verify(fixture).verdict == "verified")
    let rolledBack = try verify(fixture, anchors: [anchor])
    #expect(!rolledBack.holds)
    #expect(rolledBack.findings.map(\.file) == [anchor])

    let again = try fixture.open()
    for event in Sample.all { _ = try await again.append(event) }
    try await again.close()
    #expect(try verify(fixture).verdict == "verified")
    #expect(try verify(fixture, anchors: [anchor]).holds == false)
}

@Test
func `missing and foreign files are found`() async throws {
    for name in ["salts", "checkpoint"] {
        let fixture = try await makeLog()
        try fixture.remove(name)
        #expect(try verify(fixture).holds == false)
        #expect(try verify(fixture, trusting: []).holds == false)
    }
    let fixture = try await makeLog()
    try fixture.write([1], to: "index.sqlite")
    #expect(try verify(fixture).findings.map(\.file) == ["index.sqlite"])
    try fixture.remove("entries.jsonl")
    #expect(throws: AuditError.self) { try verify(fixture) }
    let absent = AuditVerifier(directory: fixture.root + "/absent", trustedKeys: [])
    #expect(throws: AuditError.self) { try absent.verify() }
}

@Test(arguments: [
    "", "scrim-audit", "scrim-audit+00000000", "scrim-audit+00000000+AQ==", "a b+00000000+AQ==", "+00000000+AQ==",
    "scrim-audit+zz+AZ", "scrim-audit+00000000+AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
])
func `malformed verifier keys are refused`(text: String) {
    #expect(throws: AuditError.self) { try VerifierKey(text) }
}

@Test
func `a verifier key with one character changed is refused`() throws {
    let text = try #require(AuditSigner(keys: KeyRing.generate(now: .now)).verifierKeys.first)
    #expect(try VerifierKey(text).description == text)
    for index in text.indices {
        var changed = text
        changed.replaceSubrange(index...index, with: text[index] == "b" ? "c" : "b")
        #expect(throws: AuditError.self) { try VerifierKey(changed) }
    }
}
