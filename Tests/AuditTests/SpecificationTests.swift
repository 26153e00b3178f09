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
    options.clock = { 1_795_372_020_123_456 }
    let log = try AuditLog(directory: fixture.directory, keys: keys, options: options)
    _ = try await log.append(.mappingLoaded(MappingLoaded(digest: "d1ge57", fileCount: 3, roles: ["analyst"])))
    _ = try await log.append(.serverStopped(ServerStopped(reason: "SIGTERM")))
    try await log.close()
    let specification = try String(contentsOf: specificationFile, encoding: .utf8)
    for name in ["entries.jsonl", "checkpoint"] {
        let text = String(decoding: try fixture.read(name), as: UTF8.self)
        #expect(specification.contains("```\n\(text)```\n"), "\(name) is not in the specification:\n\(text)")
    }
    let verifierKey = try #require(AuditSigner(keys: keys).verifierKeys.first)
    #expect(specification.contains(verifierKey), "\(verifierKey)")
}

@Test
func `every event type is in the specification`() throws {
    let specification = try String(contentsOf: specificationFile, encoding: .utf8)
    for event in Sample.all { #expect(specification.contains("| `\(event.type)` |")) }
}

private let specificationFile = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "docs/audit-log.md")
