import Audit
import Cryptography
import Foundation
import Testing

/// The example of `docs/audit-log.md`: a fixed key, a fixed clock, and two events.
@Test
func `the example in the specification is byte for byte what the log writes`() async throws {
    let fixture = try LogFixture()
    let secret = [UInt8](0..<32)
    let keys = try KeyRing(keys: [KeyRing.Key(id: "example", created: Date(timeIntervalSince1970: 0), secret: secret)])
    var options = AuditLog.Options()
    options.checkpointMilliseconds = 3_600_000
    options.clock = { 1_795_372_020_123_456 }
    let origin = try LogOrigin("scrim/example")
    let log = try AuditLog(directory: fixture.directory, keys: keys, origin: .exactly(origin), options: options)
    _ = try await log.append(.mappingLoaded(MappingLoaded(digest: "d1ge57", fileCount: 3, roles: ["analyst"])))
    _ = try await log.append(.serverStopped(ServerStopped(reason: "SIGTERM")))
    let pending = try fixture.read("pending/0")
    try await log.close()
    let specification = try String(contentsOf: specificationFile, encoding: .utf8)
    for sequence in 0..<2 as Range<Int64> {
        let made = try EntryProofFile.make(entry: sequence, directory: fixture.directory)
        let entry = String(decoding: made.entry, as: UTF8.self)
        #expect(specification.contains("\n\(entry)\n"), "not in the specification:\n\(entry)")
    }
    let proof = try EntryProofFile.make(entry: 0, directory: fixture.directory).proof
    let checkpoint = String(decoding: try fixture.read("checkpoint"), as: UTF8.self)
    let history = String(decoding: try fixture.read("history"), as: UTF8.self)
    for text in [checkpoint, proof, history] {
        #expect(specification.contains("```\n\(text)```\n"), "not in the specification:\n\(text)")
    }
    for name in ["tile/0/000.p/2", "pending/2"] {
        let hex = Hex.encode(try fixture.read(name))
        #expect(specification.contains(hex), "\(name) is not in the specification:\n\(hex)")
    }
    let record = TamperLab.pendingRecords(of: pending)[1]
    let parts = [record.prefix(10), record[10..<(record.count - 32)], record.suffix(32)].map { Hex.encode(Array($0)) }
    let text = parts.joined(separator: " ")
    #expect(specification.contains("\n\(text)\n"), "not in the specification:\n\(text)")
    let verifierKey = try #require(AuditSigner(keys: keys, origin: origin).verifierKeys.first)
    #expect(specification.contains(verifierKey), "\(verifierKey)")
}

@Test
func `every event type is in the specification and has a schema`() throws {
    let specification = try String(contentsOf: specificationFile, encoding: .utf8)
    let schemas = specificationFile.deletingLastPathComponent().appending(path: "audit-events")
    let failing = AnchorChanged(anchor: "webhook https://anchors.example", reason: "no answer", keptCount: nil)
    let types = (Sample.all + [.anchorChanged(failing)]).map(\.type)
    for type in types + ["content_erased", "hold_placed", "hold_released"] {
        #expect(specification.contains("| `\(type)` |"))
        #expect(FileManager.default.fileExists(atPath: schemas.appending(path: "\(type).json").path))
    }
}

private let specificationFile = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "docs/audit-log.md")
