import Audit
import Cryptography
import struct Foundation.Date
import Glibc
import JSON
import Testing

/// The files of a log after a kill: two entries under the checkpoint, two after it.
private func makeKilledLog() async throws -> (fixture: LogFixture, files: [String: [UInt8]]) {
    let fixture = try LogFixture()
    let log = try fixture.open()
    _ = try await log.append(Sample.all[0])
    _ = try await log.append(jobSubmitted: Sample.submitted(1), context: Sample.context)
    try await log.checkpoint()
    _ = try await log.append(jobSubmitted: Sample.submitted(2), context: Sample.context)
    _ = try await log.append(.serverStopped(ServerStopped(reason: "SIGTERM")))
    let files = try fixture.files()
    try await log.close()
    return (fixture, files)
}

/// Where the records of a pending file end.
private func ends(in pending: [UInt8]) -> [Int] {
    var ends = [64]
    while let end = ends.last, end < pending.count {
        let length = Int(pending[end]) << 8 | Int(pending[end + 1])
        let blob = pending[(end + 2)..<(end + 6)].reduce(0) { $0 << 8 | Int($1) }
        ends.append(end + 10 + length + blob + 32)
    }
    return ends
}

@Test
func `after a crash within the last entries the log opens, keeps what is whole and records the cut`()
    async throws
{
    let (fixture, files) = try await makeKilledLog()
    let pending = try #require(files["pending/2"])
    let ends = ends(in: pending)
    #expect(ends.count == 3)
    // The last entry closely, and places in the one before it.
    let counts =
        Array(stride(from: ends[0], to: ends[1], by: 29))
        + Array(stride(from: ends[1], through: pending.count, by: 5))
    for count in counts {
        try fixture.restore(files.merging(["pending/2": Array(pending.prefix(count))]) { $1 })
        let log = try fixture.open()
        let whole = ends.filter { $0 <= count }
        let torn = count - (whole.last ?? 0)
        let expected = Int64(1 + whole.count + (torn > 0 ? 1 : 0))
        #expect(
            try await log.append(jobSubmitted: Sample.submitted(4), context: Sample.context).entry.sequence == expected
        )
        try await log.close()
        #expect(try verify(fixture).verdict == "verified")
        if torn > 0 {
            let record = try fixture.entries()[1 + whole.count]
            #expect(record["type"] == "torn_tail_cut")
            #expect(record["bytes"] == .integer(Int64(torn)))
            #expect(record["sha256"]?.stringValue == Hex.encode(SHA256.hash(Array(pending[(whole.last ?? 0)..<count]))))
        }
    }
}

@Test
func `a log that lost what its checkpoint covers, or its pending entries, is not opened`() async throws {
    let (fixture, files) = try await makeKilledLog()
    for name in ["tile/0/000.p/2", "tile/entries/000.p/2", "pending/2", "history", "checkpoint"] {
        let original = try #require(files[name])
        var damaged = files
        damaged[name] = nil
        try fixture.restore(damaged)
        #expect(throws: AuditError.self, "without \(name)") { try fixture.open() }
        // Behind its header a pending file is cut as a crash would.
        let length = name == "pending/2" ? 64 : original.count
        for count in stride(from: 0, to: length, by: 7) {
            try fixture.restore(files.merging([name: Array(original.prefix(count))]) { $1 })
            #expect(throws: AuditError.self, "\(name) cut at \(count)") { try fixture.open() }
        }
    }
    try fixture.restore(files)
    let log = try fixture.open()
    try await log.close()
}

@Test
func `a log with a changed entry after its checkpoint is not opened and not cut`() async throws {
    let (fixture, files) = try await makeKilledLog()
    let pending = try #require(files["pending/2"])
    // The lengths with their check closely: a record must not look as if a crash had left a part of it.
    let lengths = ends(in: pending).dropLast().flatMap { $0..<($0 + 10) }
    for index in Array(stride(from: 0, to: pending.count, by: 17)) + lengths {
        var changed = pending
        changed[index] ^= 4
        try fixture.restore(files.merging(["pending/2": changed]) { $1 })
        let error = #expect(throws: AuditError.self, "byte \(index)") { try fixture.open() }
        #expect(error?.code == .damaged)
        #expect(try fixture.read("pending/2") == changed)
    }
}

@Test
func `a checkpoint that is missing, foreign, malformed or older keeps the log closed`() async throws {
    let (fixture, files) = try await makeKilledLog()
    let checkpoint = try #require(files["checkpoint"])
    for bytes in [[], checkpoint.dropLast(), Array("nonsense\n".utf8)] as [[UInt8]] {
        try fixture.restore(files.merging(["checkpoint": bytes]) { $1 })
        #expect(throws: AuditError.self) { try fixture.open() }
    }
    try fixture.restore(files)
    #expect(throws: AuditError.self) { try AuditLog(directory: fixture.directory, keys: .generate(now: .now)) }
    let log = try fixture.open()
    try await log.close()
    try fixture.write(checkpoint, to: "checkpoint")
    #expect(throws: AuditError.self) { try fixture.open() }
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
        guard receipts.sorted() == Array(0..<Int64(receipts.count)) else { exit(5) }
        limit.rlim_cur = limit.rlim_max
        guard try fixture.entries().count >= receipts.count else { exit(6) }
    }
}

@Test
func `more waiting entries than allowed are refused, and the others written`() async throws {
    let fixture = try LogFixture()
    var options = AuditLog.Options()
    options.pendingEntriesMax = 1
    let log = try fixture.open(options: options)
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
