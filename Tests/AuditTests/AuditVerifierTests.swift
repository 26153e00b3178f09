import Audit
import Cryptography
import struct Foundation.Date
import JSON
import Testing

/// The answer of the verifier for a fixture's directory.
func verify(
    _ fixture: LogFixture,
    trusting keys: [String]? = nil,
    anchors: [String] = []
) throws -> AuditVerification {
    let texts = try keys ?? LogFixture.verifierKeys(fixture.keys)
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
    let other = try LogFixture.verifierKeys(KeyRing.generate(now: .now))
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
    let keys = try LogFixture.verifierKeys(rotated)
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
func `a log is verified and read while checkpoints come and go`() async throws {
    let fixture = try LogFixture()
    let log = try fixture.open(checkpointMilliseconds: 2)
    let writing = Task {
        var count = 0
        while !Task.isCancelled {
            _ = try await log.append(jobSubmitted: Sample.submitted(count), context: Sample.context)
            count += 1
            try? await Task.sleep(for: .milliseconds(3))
        }
        return count
    }
    for _ in 0..<10 {
        let result = try verify(fixture)
        #expect(result.verdict == "verified", "\(result.findings)")
        let numbers = try fixture.entries().map { $0["seq"]?.integerValue }
        #expect(numbers == (0..<numbers.count).map { Int64($0) })
        try await Task.sleep(for: .milliseconds(20))
    }
    writing.cancel()
    let count = try await writing.value
    try await log.close()
    #expect(try verify(fixture).entryCount == Int64(count))
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
    let older = try fixture.files()
    let log = try fixture.open()
    for event in Sample.all { _ = try await log.append(event) }
    try await log.close()
    try fixture.write(try fixture.read("checkpoint"), to: "../anchor")
    let anchor = fixture.root + "/anchor"
    let whole = try verify(fixture, anchors: [anchor])
    #expect(whole.verdict == "verified" && whole.anchorCount == 1)

    try fixture.restore(older)
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
    let fixture = try await makeLog()
    let files = try fixture.files()
    for name in files.keys {
        try fixture.remove(name)
        #expect(try verify(fixture).holds == false, "\(name) is missing")
        #expect(try verify(fixture, trusting: []).holds == false, "\(name) is missing")
        try fixture.restore(files)
    }
    let foreign = [
        "index.sqlite", "tile/x", "tile/0/001", "tile/entries/000", "tile/entries/000.p/31", "tile/64/000",
        "tile/1/000",
        "blobs/001", "blobs/000.p/1", "tile/0/00.p/1", "pending/1", "pending/x", "tile/entries/x000/000",
    ]
    for name in foreign {
        try fixture.restore(files.merging([name: [1]]) { $1 })
        #expect(try verify(fixture).findings.isEmpty == false, "\(name) is foreign")
    }
    let absent = AuditVerifier(directory: fixture.root + "/absent", trustedKeys: [])
    #expect(throws: AuditError.self) { try absent.verify() }
}

@Test
func `checkpoints go to the anchor, which finds a rollback`() async throws {
    let fixture = try LogFixture()
    var options = AuditLog.Options()
    options.anchorFile = fixture.root + "/anchors"
    var first: [String: [UInt8]] = [:]
    for _ in 0..<2 {
        let log = try fixture.open(options: options)
        for event in Sample.all { _ = try await log.append(event) }
        try await log.close()
        if first.isEmpty { first = try fixture.files() }
    }
    let anchors = fixture.root + "/anchors"
    #expect(try verify(fixture, anchors: [anchors]).anchorCount == 2)
    #expect(try verify(fixture, anchors: [anchors]).verdict == "verified")
    try fixture.restore(first)
    #expect(try verify(fixture).verdict == "verified")
    #expect(try verify(fixture, anchors: [anchors]).findings.map(\.file) == [anchors])
}

@Test
func `a proof shows that an entry is in the log, and nothing else`() async throws {
    let fixture = try await makeLog()
    let keys = try LogFixture.verifierKeys(fixture.keys).map { try VerifierKey($0) }
    let other = try LogFixture.verifierKeys(.generate(now: .now)).map { try VerifierKey($0) }
    for sequence in 0..<30 as Range<Int64> {
        let made = try EntryProofFile.make(entry: sequence, directory: fixture.directory)
        let proof = Array(made.proof.utf8)
        let verdict = try #require(EntryProofFile.check(proof: proof, entry: made.entry, trustedKeys: keys))
        #expect(verdict.sequence == sequence && verdict.size == 30 && verdict.isKeyTrusted)
        #expect(EntryProofFile.check(proof: proof, entry: made.entry, trustedKeys: []).map(\.isKeyTrusted) == false)
        #expect(EntryProofFile.check(proof: proof, entry: made.entry, trustedKeys: other) == nil)
        #expect(EntryProofFile.check(proof: proof, entry: made.entry + [32], trustedKeys: keys) == nil)
        #expect(EntryProofFile.check(proof: Array(proof.dropLast(2)), entry: made.entry, trustedKeys: keys) == nil)
    }
    for sequence in [-1, 30, Int64.max] {
        #expect(throws: AuditError.self) {
            try EntryProofFile.make(entry: sequence, directory: fixture.directory)
        }
    }
}

@Test
func `a log of version 1 is refused with its name`() async throws {
    let fixture = try LogFixture()
    try fixture.restore(["entries.jsonl": [], "salts": [], "checkpoint": Array("scrim-audit-chain\n0\n".utf8)])
    #expect(#expect(throws: AuditError.self) { try fixture.open() }?.code == .format)
    #expect(#expect(throws: AuditError.self) { try verify(fixture) }?.code == .format)
}

@Test
func `a log keeps the name that it was made with`() async throws {
    let fixture = try await makeLog()
    let error = #expect(throws: AuditError.self) {
        try AuditLog(directory: fixture.directory, keys: fixture.keys, origin: .exactly(LogOrigin("other/name")))
    }
    #expect(error?.code == .format)
    let log = try AuditLog(directory: fixture.directory, keys: fixture.keys)
    #expect(log.origin.description == LogFixture.origin)
    try await log.close()
    for name in ["", "a b", "a+b", "a\nb", String(repeating: "x", count: 256)] {
        #expect(throws: AuditError.self) { try LogOrigin(name) }
    }
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
    let text = try #require(LogFixture.verifierKeys(KeyRing.generate(now: .now)).first)
    #expect(try VerifierKey(text).description == text)
    for index in text.indices {
        var changed = text
        changed.replaceSubrange(index...index, with: text[index] == "b" ? "c" : "b")
        #expect(throws: AuditError.self) { try VerifierKey(changed) }
    }
}
