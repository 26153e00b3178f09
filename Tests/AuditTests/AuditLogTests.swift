import Audit
import Cryptography
import JSON
import Testing

@Test
func `an entry is in the file when its receipt is there, and carries what the receipt says`() async throws {
    let fixture = try LogFixture()
    let log = try fixture.open()
    for (index, event) in Sample.all.enumerated() {
        let receipt = try await log.append(event)
        let entries = try fixture.entries()
        #expect(receipt.sequence == Int64(index))
        #expect(entries.count == index + 1)
        #expect(entries.last?["seq"] == .integer(receipt.sequence))
        #expect(entries.last?["type"]?.stringValue == event.type)
        #expect(receipt.entryHash.count == 32)
    }
    try await log.close()
}

@Test
func `a receipt names the leaf hash under which the entry stands in its tile`() async throws {
    let fixture = try LogFixture()
    let log = try fixture.open()
    var leaves: [UInt8] = []
    for event in Sample.all { leaves += try await log.append(event).entryHash }
    try await log.close()
    #expect(try fixture.read("tile/0/000.p/10") == leaves)
    let bundle = try fixture.read("tile/entries/000.p/10")
    let length = Int(bundle[0]) << 8 | Int(bundle[1])
    #expect(SHA256.hash([0] + bundle[2..<(2 + length)]) == Array(leaves.prefix(32)))
}

@Test
func `no committed text and no salt is in any file`() async throws {
    let fixture = try LogFixture()
    let log = try fixture.open()
    for event in Sample.all { _ = try await log.append(event) }
    try await log.close()
    let files = try fixture.files()
    #expect(files["blobs/000"]?.isEmpty == false)
    for bytes in files.values {
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(!text.lowercased().contains("canary"))
        #expect(!text.contains(Base64.encode(Array("CANARY".utf8)).dropLast(1)))
    }
    #expect(!"\(Sample.texts) \(String(reflecting: Sample.texts))".contains("CANARY"))
}

@Test
func `a job's receipt names the job and its entry`() async throws {
    let fixture = try LogFixture()
    let log = try fixture.open()
    let receipt = try await log.append(jobSubmitted: Sample.submitted(7), context: Sample.context)
    #expect(receipt.jobID == Sample.job(7).jobID)
    let entry = try #require(try fixture.entries().last)
    #expect(entry["seq"]?.integerValue == receipt.entry.sequence)
    #expect(entry["job"]?["job_id"]?.stringValue == receipt.jobID)
    try await log.close()
}

@Test
func `64 writers at once get 64 times 20 receipts that are one chain`() async throws {
    let fixture = try LogFixture()
    let log = try fixture.open()
    let sequences = try await withThrowingTaskGroup(of: [Int64].self) { group in
        for writer in 0..<64 {
            group.addTask {
                var sequences: [Int64] = []
                for number in 0..<20 {
                    let job = Sample.submitted(writer * 100 + number)
                    sequences.append(try await log.append(jobSubmitted: job, context: Sample.context).entry.sequence)
                }
                return sequences
            }
        }
        return try await group.reduce(into: [Int64]()) { all, some in
            #expect(some == some.sorted())
            all += some
        }
    }
    #expect(sequences.sorted() == Array(0...1279 as ClosedRange<Int64>))
    try await log.close()
    #expect(try fixture.entries().map { $0["seq"]?.integerValue } == Array(0...1279 as ClosedRange<Int64>))
}

@Test
func `one log is open once at a time, and a closed log takes nothing`() async throws {
    let fixture = try LogFixture()
    let log = try fixture.open()
    let second = #expect(throws: AuditError.self) { try fixture.open() }
    #expect(second?.code == .locked)
    _ = try await log.append(Sample.all[0])
    try await log.close()
    try await log.close()
    let late = await #expect(throws: AuditError.self) { try await log.append(Sample.all[0]) }
    #expect(late?.code == .closed)
    let reopened = try fixture.open()
    #expect(try await reopened.append(Sample.all[1]).sequence == 1)
    try await reopened.close()
}

@Test
func `a log that nobody closes lets go of its lock when it goes away`() async throws {
    let fixture = try LogFixture()
    var log: AuditLog? = try fixture.open()
    _ = try await log?.append(Sample.all[0])
    log = nil
    var reopened: AuditLog?
    for _ in 0..<200 where reopened == nil {
        reopened = try? fixture.open()
        try await Task.sleep(for: .milliseconds(5))
    }
    #expect(try await reopened?.append(Sample.all[1]).sequence == 1)
    try await reopened?.close()
}
