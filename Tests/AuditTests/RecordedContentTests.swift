import Audit
import Cryptography
import JSON
import Testing

private func entry(_ sequence: Int64, of fixture: LogFixture) throws -> AuditEntry {
    try #require(try AuditReader(directory: fixture.directory).entries(numbered: [sequence]).first)
}

private func texts(_ sequence: Int64, of fixture: LogFixture) throws -> [String: [UInt8]]? {
    let check = try CommitmentCheck(directory: fixture.directory, keys: fixture.keys)
    return try check.texts(of: entry(sequence, of: fixture)).map { texts in
        Dictionary(uniqueKeysWithValues: texts.map { ($0.name, $0.text) })
    }
}

/// Bytes that do not compress.
private func noise(_ count: Int) -> [UInt8] {
    var random = SeededGenerator(state: 3)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 8)
    while bytes.count < count {
        let number = random.next()
        for shift in stride(from: 0, to: 64 as UInt64, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }
    return bytes
}

@Test
func `what was returned is kept in the bytes that the entry has the digest of, and in no file in clear`() async throws {
    let fixture = try LogFixture()
    let log = try fixture.open()
    let rows = "[" + (0..<60_000).map { "[\($0),\"CANARY\"]" }.joined(separator: ",") + "]"
    _ = try await log.append(.pageDelivered(Sample.context, Sample.recordedPage(rows: rows)))
    let answer: JSONObject = ["tables": ["CANARY"], "next_cursor": "CANARY-cursor"]
    let read = MetadataRead(tool: "list_tables", resources: ["demo.bank"], itemCount: 1, keeping: .answer(answer))
    _ = try await log.append(.metadataRead(Sample.context, read))
    try await log.close()
    #expect(try verify(fixture).verdict == "verified")

    let page = try #require(try texts(0, of: fixture))
    #expect(page["content"] == Array(rows.utf8))
    #expect(page["columns"].map { String(decoding: $0, as: UTF8.self).contains("CANARY") } == true)
    let digest = Hex.encode(SHA256.hash(Array(rows.utf8)))
    #expect(try entry(0, of: fixture).json["sha256"]?.stringValue == digest)
    #expect(try texts(1, of: fixture) == ["content": Array(#"{"tables":["CANARY"]}"#.utf8)])
    // Random nonces and salts aside, the rows compress well.
    let kept = try fixture.read("blobs/000")
    #expect(kept.count < rows.utf8.count / 2)
    for (name, bytes) in try fixture.files() {
        #expect(!String(decoding: bytes, as: UTF8.self).contains("CANARY"), "\(name)")
    }
}

@Test
func `content that is too long to be kept is refused, and the log goes on`() async throws {
    let fixture = try LogFixture()
    let log = try fixture.open()
    let rows = [UInt8](repeating: UInt8(ascii: "x"), count: RecordedContent.bytesMax + 1)
    let page = PageDelivered(job: Sample.job(), page: 1, rowCount: 1, content: rows, keeping: [])
    let error = await #expect(throws: AuditError.self) { try await log.append(.pageDelivered(Sample.context, page)) }
    #expect(error?.code == .contentSize)
    // What does not compress is refused by the size of its record.
    let random = noise(17_000_000)
    let incompressible = PageDelivered(job: Sample.job(), page: 1, rowCount: 1, content: random, keeping: [])
    let other = await #expect(throws: AuditError.self) {
        try await log.append(.pageDelivered(Sample.context, incompressible))
    }
    #expect(other?.code == .contentSize)
    _ = try await log.append(.pageDelivered(Sample.context, Sample.recordedPage()))
    try await log.close()
    let result = try verify(fixture)
    #expect(result.verdict == "verified" && result.entryCount == 1)
}

@Test
func `records of many MiB pass through the log one by one`() async throws {
    let fixture = try LogFixture()
    let log = try fixture.open(checkpointMilliseconds: 5)
    let random = noise(6_000_000)
    for number in 0..<4 {
        let page = PageDelivered(job: Sample.job(number), page: 1, rowCount: 1, content: random, keeping: [])
        _ = try await log.append(.pageDelivered(Sample.context, page))
    }
    try await log.close()
    #expect(try verify(fixture).verdict == "verified")
    for number in 0..<4 as Range<Int64> { #expect(try texts(number, of: fixture)?["content"] == random) }
}

@Test
func `records that wait are bounded in bytes, and a lone one is always taken`() async throws {
    let fixture = try LogFixture()
    var options = AuditLog.Options()
    options.pendingBytesMax = 10
    let log = try fixture.open(options: options)
    _ = try await log.append(.pageDelivered(Sample.context, Sample.recordedPage()))
    try await log.close()
    #expect(try verify(fixture).entryCount == 1)
}
