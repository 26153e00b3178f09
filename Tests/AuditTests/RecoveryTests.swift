import Audit
import Cryptography
import struct Foundation.Date
import Glibc
import JSON
import Testing

private let newline = UInt8(ascii: "\n")

/// The files of a log after a kill: two entries under the checkpoint, two after it.
private func makeKilledLog() async throws -> (
    fixture: LogFixture, entries: [UInt8], salts: [UInt8], checkpoint: [UInt8]
) {
    let fixture = try LogFixture()
    let log = try fixture.open()
    _ = try await log.append(Sample.all[0])
    _ = try await log.append(jobSubmitted: Sample.submitted(1), context: Sample.context)
    try await log.checkpoint()
    let checkpoint = try fixture.read("checkpoint")
    _ = try await log.append(jobSubmitted: Sample.submitted(2), context: Sample.context)
    _ = try await log.append(.serverStopped(ServerStopped(reason: "SIGTERM")))
    let files = (fixture, try fixture.read("entries.jsonl"), try fixture.read("salts"), checkpoint)
    try await log.close()
    return files
}

@Test
func `after a crash at every byte of the last entries the log opens, keeps what is whole and records the cut`()
    async throws
{
    let (fixture, entries, salts, checkpoint) = try await makeKilledLog()
    let ends = entries.indices.filter { entries[$0] == newline }.map { $0 + 1 }
    #expect(ends.count == 4)
    // Every byte of the last entry, and places in the one before it.
    for count in Array(stride(from: ends[1], to: ends[2], by: 29)) + Array(ends[2]...entries.count) {
        try fixture.write(Array(entries.prefix(count)), to: "entries.jsonl")
        try fixture.write(salts, to: "salts")
        try fixture.write(checkpoint, to: "checkpoint")
        let log = try fixture.open()
        let whole = ends.filter { $0 <= count }
        let torn = count - (whole.last ?? 0)
        let expected = Int64(whole.count + (torn > 0 ? 2 : 1))
        #expect(
            try await log.append(jobSubmitted: Sample.submitted(4), context: Sample.context).entry.sequence == expected
        )
        try await log.close()
        #expect(try verify(fixture).verdict == "verified")
        if torn > 0 {
            let record = try fixture.entries()[whole.count]
            #expect(record["type"] == "torn_tail_cut")
            #expect(record["bytes"] == .integer(Int64(torn)))
            #expect(record["sha256"]?.stringValue == Hex.encode(SHA256.hash(Array(entries[(whole.last ?? 0)..<count]))))
        }
    }
}

@Test
func `after a crash at every byte of the salts the log opens and is whole`() async throws {
    let (fixture, entries, salts, checkpoint) = try await makeKilledLog()
    let ends = entries.indices.filter { entries[$0] == newline }.map { $0 + 1 }
    let saltEnds = salts.indices.filter { salts[$0] == newline }.map { $0 + 1 }
    // Salts are synced before their entries: the entries end where the salts of the next one are torn.
    for count in saltEnds[0]..<saltEnds[1] {
        try fixture.write(Array(entries.prefix(ends[1])), to: "entries.jsonl")
        try fixture.write(Array(salts.prefix(count)), to: "salts")
        try fixture.write(checkpoint, to: "checkpoint")
        let log = try fixture.open()
        _ = try await log.append(jobSubmitted: Sample.submitted(4), context: Sample.context)
        try await log.close()
        #expect(try verify(fixture).verdict == "verified")
    }
}

@Test
func `a log that lost entries under its checkpoint is not opened`() async throws {
    let (fixture, entries, _, checkpoint) = try await makeKilledLog()
    let ends = entries.indices.filter { entries[$0] == newline }.map { $0 + 1 }
    try fixture.write(checkpoint, to: "checkpoint")
    for count in stride(from: 0, to: ends[1], by: 13) {
        try fixture.write(Array(entries.prefix(count)), to: "entries.jsonl")
        let error = #expect(throws: AuditError.self) { try fixture.open() }
        #expect(error?.code == .damaged)
    }
}

@Test
func `a log with a changed entry after its checkpoint is not opened and not cut`() async throws {
    let (fixture, entries, salts, checkpoint) = try await makeKilledLog()
    let ends = entries.indices.filter { entries[$0] == newline }.map { $0 + 1 }
    try fixture.write(salts, to: "salts")
    try fixture.write(checkpoint, to: "checkpoint")
    for index in stride(from: ends[1], to: ends[3] - 1, by: 17) {
        var changed = entries
        changed[index] ^= 4
        try fixture.write(changed, to: "entries.jsonl")
        let error = #expect(throws: AuditError.self) { try fixture.open() }
        #expect(error?.code == .damaged)
        #expect(try fixture.read("entries.jsonl") == changed)
    }
}

@Test
func `a checkpoint that is missing, foreign or malformed keeps the log closed`() async throws {
    let (fixture, _, _, checkpoint) = try await makeKilledLog()
    for bytes in [[], checkpoint.dropLast(), Array("nonsense\n".utf8)] as [[UInt8]] {
        try fixture.write(bytes, to: "checkpoint")
        #expect(throws: AuditError.self) { try fixture.open() }
    }
    try fixture.remove("checkpoint")
    #expect(throws: AuditError.self) { try fixture.open() }
    try fixture.write(checkpoint, to: "checkpoint")
    #expect(throws: AuditError.self) { try AuditLog(directory: fixture.directory, keys: .generate(now: .now)) }
    let log = try fixture.open()
    try await log.close()
}

@Test
func `a log whose first opening was cut short opens`() async throws {
    let fixture = try LogFixture()
    let log = try fixture.open()
    try await log.close()
    for name in ["entries.jsonl", "salts"] {
        try fixture.remove(name)
        let reopened = try fixture.open()
        try await reopened.close()
        #expect(try verify(fixture).verdict == "verified")
    }
}

@Test
func `a full disk refuses everybody who waits and everybody after, and loses no receipt`() async throws {
    // In a process of its own, because the limit holds for all files of a process.
    await #expect(processExitsWith: .success) {
        let fixture = try LogFixture()
        let log = try fixture.open()
        signal(SIGXFSZ, SIG_IGN)
        var limit = rlimit(rlim_cur: 60_000, rlim_max: 60_000)
        guard unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0 else { exit(3) }
        let results = await withTaskGroup(of: Result<Int64, AuditError>.self) { group in
            for number in 0..<200 {
                group.addTask {
                    do throws(AuditError) {
                        let event = AuditEvent.jobSubmitted(Sample.context, Sample.submitted(number))
                        return .success(try await log.append(event).sequence)
                    } catch {
                        return .failure(error)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let receipts = results.compactMap { try? $0.get() }
        let late = await #expect(throws: AuditError.self) { try await log.append(Sample.all[0]) }
        let closing = await #expect(throws: AuditError.self) { try await log.close() }
        guard late?.code == .failed, closing?.code == .failed, receipts.count < 200 else { exit(4) }
        let stored = try fixture.read("entries.jsonl").split(separator: newline, omittingEmptySubsequences: false)
        guard stored.count - 1 >= receipts.count, receipts.sorted() == Array(1..<Int64(receipts.count + 1)) else {
            exit(5)
        }
    }
}

@Test
func `more waiting entries than allowed are refused, and the others written`() async throws {
    let fixture = try LogFixture()
    var options = AuditLog.Options()
    options.pendingEntriesMax = 1
    let log = try AuditLog(directory: fixture.directory, keys: fixture.keys, options: options)
    let results = await withTaskGroup(of: AuditError.Code?.self) { group in
        for _ in 0..<200 {
            group.addTask {
                do throws(AuditError) {
                    _ = try await log.append(Sample.all[0])
                    return nil
                } catch {
                    return error.code
                }
            }
        }
        return await group.reduce(into: [AuditError.Code?]()) { $0.append($1) }
    }
    try await log.close()
    let written = results.filter { $0 == nil }.count
    #expect(results.allSatisfy { $0 == nil || $0 == .overloaded })
    #expect(try fixture.entries().count == written)
    #expect(try verify(fixture).verdict == "verified")
}
