import Audit
import Cryptography
import struct Foundation.Date
import JSON
import Testing

private func ring(_ ids: [String]) throws -> KeyRing {
    try KeyRing(
        keys: ids.map { id in
            KeyRing.Key(
                id: id,
                created: Date(timeIntervalSince1970: 1_795_372_020),
                secret: [UInt8](repeating: 7, count: 32)
            )
        }
    )
}

@Test
func `keys are recorded by their IDs, with what changed since they were read before`() async throws {
    let fixture = try LogFixture()
    let log = try fixture.open()
    let reader = AuditReader(directory: fixture.directory)
    #expect(try reader.idsOfKeysRead().isEmpty)
    _ = try await log.append(.keysRead(KeysRead(ring: .tokens, keys: ring(["one"]), idsBefore: nil)))
    _ = try await log.append(.keysRead(KeysRead(ring: .sealing, keys: ring(["s"]), idsBefore: nil)))
    for event in Sample.all { _ = try await log.append(event) }
    let before = try reader.idsOfKeysRead()
    #expect(before == [.tokens: ["one"], .sealing: ["s"]])
    let rotated = KeysRead(ring: .tokens, keys: try ring(["two", "three"]), idsBefore: before[.tokens])
    _ = try await log.append(.keysRead(rotated))
    try await log.close()
    let last = try #require(try fixture.entries().last)
    #expect(last["keys"]?[0] == ["id": "two", "created": "2026-11-22T18:27:00.000000Z"])
    #expect(last["added"] == ["two", "three"] && last["removed"] == ["one"])
    #expect(try fixture.entries().first?["added"] == nil)
    #expect(try reader.idsOfKeysRead()[.tokens] == ["two", "three"])
    let text = try fixture.files().values.map { String(decoding: $0, as: UTF8.self) }.joined()
    #expect(!text.contains(String(repeating: "07", count: 8)), "no secret")
}

@Test
func `a ring of more keys than an entry holds is not compared`() async throws {
    let fixture = try LogFixture()
    let log = try fixture.open()
    let keys = try ring((0..<100).map { "k\($0)" })
    _ = try await log.append(.keysRead(KeysRead(ring: .audit, keys: keys, idsBefore: nil)))
    try await log.close()
    #expect(try fixture.entries().last?["cut"]?["keys"] != nil)
    #expect(try AuditReader(directory: fixture.directory).idsOfKeysRead().isEmpty)
}

@Test
func `what an auditor asks for is in clear, and a statement is committed to`() async throws {
    let fixture = try LogFixture()
    let log = try fixture.open()
    let read = AuditReadAsked(
        command: "audit show",
        log: .server,
        arguments: ["name": "12", "person": "alice@bank.example"],
        texts: ["text": Array("SELECT 'CANARY'".utf8)]
    )
    _ = try await log.append(.auditReadAsked(Sample.context, read))
    try await log.close()
    let entry = try #require(try fixture.entries().last)
    #expect(entry["arguments"] == ["name": "12", "person": "alice@bank.example"] && entry["log"] == "server")
    let text = try fixture.files().values.map { String(decoding: $0, as: UTF8.self) }.joined()
    #expect(!text.contains("CANARY"))
    let entries = try AuditReader(directory: fixture.directory).entries(numbered: [0])
    let check = try CommitmentCheck(directory: fixture.directory, keys: fixture.keys)
    let found = try #require(entries.first)
    #expect(try check.matches(Array("SELECT 'CANARY'".utf8), commitment: "text", of: found))
    #expect(try !check.matches(Array("SELECT 'other'".utf8), commitment: "text", of: found))
}

@Test
func `entries of commands are cut to size too`() async throws {
    let fixture = try LogFixture()
    let log = try fixture.open()
    let long = String(repeating: "\"\u{1}ü\u{2028}x", count: 20_000)
    let arguments = Dictionary(uniqueKeysWithValues: (0..<100).map { ("option\($0)", long) })
    let context = AuditContext(actor: Sample.actor, session: nil, request: long, software: long, mappingDigest: nil)
    let events: [AuditEvent] = [
        .adminCommandGiven(context, AdminCommandGiven(command: long, arguments: arguments)),
        .auditReadAsked(context, AuditReadAsked(command: long, log: .admin, arguments: arguments, texts: [:])),
        .requestReceived(
            context,
            RequestReceived(tool: long, transport: long, protocolVersion: long, traceparent: long)
        ),
        .logOpened(LogOpened(origin: long, entryCount: .max, unsignedCount: .max)),
        .signalReceived(SignalReceived(signal: long)),
        .mappingRefused(MappingRefused(digestInForce: long, mistakeCount: .max)),
        .keysChanged(context, KeysChanged(ring: .audit, change: .rotated, keys: try ring((0..<256).map { "k\($0)" }))),
    ]
    for event in events { _ = try await log.append(event) }
    try await log.close()
    for entry in try fixture.entries() {
        #expect(entry.serialized().count <= 16_384)
        #expect(entry["cut"]?.objectValue?.isEmpty == false)
        #expect(entry["mapping"] == nil || entry["type"] == "mapping_refused")
    }
    #expect(try verify(fixture).verdict == "verified")
}
