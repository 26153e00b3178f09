import Audit
import Cryptography
import struct Foundation.Date
import JSON
import Testing

/// Two sessions of two people: four jobs, of which one ended and had two pages, and one refusal.
private func makeSessions() async throws -> LogFixture {
    let fixture = try LogFixture()
    let log = try fixture.open()
    let bob = AuditActor(issuer: "https://issuer.example", subject: "bob", client: nil, roles: [], kind: "machine")
    let other = AuditContext(actor: bob, session: "bobs", request: "r9", software: nil, mappingDigest: "00")
    _ = try await log.append(
        .sessionSeen(Sample.context, SessionSeen(transport: "stdio", protocolVersion: "2025-11-25"))
    )
    for number in 1...3 { _ = try await log.append(jobSubmitted: Sample.submitted(number), context: Sample.context) }
    _ = try await log.append(.jobEnded(Sample.context, Sample.ended))
    _ = try await log.append(.pageDelivered(Sample.context, Sample.page))
    _ = try await log.append(jobSubmitted: Sample.submitted(4), context: other)
    _ = try await log.append(.pageDelivered(Sample.context, Sample.page))
    _ = try await log.append(.requestRefused(Sample.context, Sample.refused))
    _ = try await log.append(.serverStopped(ServerStopped(reason: "SIGTERM")))
    try await log.close()
    return fixture
}

@Test
func `entries are found by number`() async throws {
    let fixture = try await makeSessions()
    defer { withExtendedLifetime(fixture) {} }
    let reader = AuditReader(directory: fixture.directory)
    #expect(try reader.entries(numbered: [4]).map(\.type) == ["job_ended"])
    for number: Int64 in [10, 99, -1, .max] { #expect(try reader.entries(numbered: [number]).isEmpty) }
}

@Test
func `a torn last entry is left out and a damaged bundle is said to be`() async throws {
    let fixture = try LogFixture()
    let log = try fixture.open()
    for event in Sample.all { _ = try await log.append(event) }
    let reader = AuditReader(directory: fixture.directory)
    let bytes = try fixture.read("pending/0")
    #expect(try reader.entries(numbered: [9]).count == 1)
    try fixture.write(Array(bytes.dropLast(5)), to: "pending/0")
    #expect(try reader.entries(numbered: [9]).isEmpty)
    #expect(try reader.entries(numbered: [8]).count == 1)
    try fixture.write(bytes, to: "pending/0")
    try await log.close()
    #expect(try reader.entries(numbered: [9]).count == 1)
    try fixture.write([0, 2, 0x7B, 0x7D], to: "tile/entries/000.p/10")
    #expect(throws: AuditError.self) { try reader.forEachEntry { _ in } }
}

@Test
func `a log of more than a bundle is read from full and partial bundles and from what is pending`() async throws {
    let fixture = try LogFixture()
    let log = try fixture.open()
    for number in 0..<600 {
        _ = try await log.append(jobSubmitted: Sample.submitted(number), context: Sample.context)
        if number == 255 || number == 400 { try await log.checkpoint() }
    }
    #expect(try fixture.entries().map { $0["seq"]?.integerValue } == Array(0..<600 as Range<Int64>))
    let reader = AuditReader(directory: fixture.directory)
    let check = try CommitmentCheck(directory: fixture.directory, keys: fixture.keys)
    for number in [0, 255, 256, 400, 401, 599] {
        let entry = try #require(reader.entries(numbered: [Int64(number)]).first)
        #expect(entry.jobID == Sample.job(number).jobID)
        #expect(try check.text(commitment: "sql", of: entry) == Array(Sample.texts.originalSQL.utf8))
    }
    try await log.close()
    let numbers: [Int64] = [-1, 0, 1, 255, 256, 300, 599, 600, 9000]
    #expect(try reader.entries(numbered: numbers).map(\.sequence) == [0, 1, 255, 256, 300, 599])
    #expect(try verify(fixture).verdict == "verified")
}

@Test
func `the committed texts are recognised with the key ring and only then`() async throws {
    let fixture = try await makeSessions()
    let entry = try #require(AuditReader(directory: fixture.directory).entries(numbered: [1]).first)
    let rotated = try fixture.keys.rotated(now: .now)
    for keys in [fixture.keys, rotated] {
        let check = try CommitmentCheck(directory: fixture.directory, keys: keys)
        let texts = Sample.texts
        #expect(try check.matches(Array(texts.originalSQL.utf8), commitment: "sql", of: entry))
        #expect(try !check.matches(Array("SELECT 1".utf8), commitment: "sql", of: entry))
        #expect(try check.matches(Array((texts.rewrittenSQL ?? "").utf8), commitment: "rewritten_sql", of: entry))
        #expect(try check.matches(texts.parameters, commitment: "parameters", of: entry))
        #expect(try check.matches(Array((texts.reason ?? "").utf8), commitment: "reason", of: entry))
        #expect(throws: AuditError.self) { try check.matches([], commitment: "absent", of: entry) }
    }
    let foreign = try CommitmentCheck(directory: fixture.directory, keys: .generate(now: .now))
    #expect(throws: AuditError.self) { try foreign.matches([], commitment: "sql", of: entry) }
}
