import Audit
import Cryptography
import JSON
import Locks
import Testing

private let received = RequestReceived(
    tool: "query",
    transport: "http",
    protocolVersion: "2026-07-28",
    traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
)

/// Counts the syncs of the file that entries are appended to.
private func openCounting(_ fixture: LogFixture) throws -> (log: AuditLog, syncs: Locked<Int>) {
    let syncs = Locked(0)
    var options = AuditLog.Options()
    options.diskObserver = { operation throws(AuditError) in
        if case .syncFile(let path) = operation, path.contains("/pending/"), !path.hasSuffix("/new") {
            syncs.withLock { $0 += 1 }
        }
    }
    return (try fixture.open(options: options), syncs)
}

@Test
func `a query's noted entries stand before those that are waited for, and share their two syncs`() async throws {
    let fixture = try LogFixture()
    let (log, syncs) = try openCounting(fixture)
    var counts: [Int] = []
    for query in 0..<20 {
        let before = syncs.withLock { $0 }
        try log.note(.requestReceived(Sample.context, received))
        if query == 0 {
            try log.note(.sessionSeen(Sample.context, SessionSeen(transport: "http", protocolVersion: "2026-07-28")))
        }
        _ = try await log.append(jobSubmitted: Sample.submitted(query), context: Sample.context)
        try log.note(.jobEnded(Sample.context, Sample.ended))
        _ = try await log.append(.pageDelivered(Sample.context, Sample.page))
        counts.append(syncs.withLock { $0 } - before)
    }
    // A machine that is busy for longer than notes wait costs one more now and then.
    #expect(counts.allSatisfy { $0 >= 2 } && counts.count { $0 == 2 } >= 10, "\(counts)")
    try await log.close()
    let types = try fixture.entries().map { $0["type"]?.stringValue }
    #expect(types.prefix(3) == ["request_received", "session_seen", "job_submitted"])
    let one = ["request_received", "job_submitted", "job_ended", "page_delivered"]
    #expect(Array(types.dropFirst(5)) == Array(repeating: one, count: 19).flatMap(\.self))
    #expect(try verify(fixture).verdict == "verified")
}

@Test
func `a noted entry that nothing follows is written all the same`() async throws {
    let fixture = try LogFixture()
    let log = try fixture.open()
    for count in 1...3 {
        try log.note(.requestReceived(Sample.context, received))
        let deadline = ContinuousClock.now + .seconds(10)
        while try fixture.entries().count < count, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(try fixture.entries().count == count)
    }
    try log.note(.signalReceived(SignalReceived(signal: "SIGTERM")))
    try await log.close()
    #expect(try fixture.entries().last?["signal"] == "SIGTERM", "what is noted before the end is written at the end")
    #expect(throws: AuditError.self) { try log.note(.serverStopped(ServerStopped(reason: "late"))) }
}

@Test
func `a noted entry that cannot be written fails the log`() async throws {
    let fixture = try LogFixture()
    var options = AuditLog.Options()
    let isFull = Locked(false)
    options.diskObserver = { operation throws(AuditError) in
        guard case .append(let path, _) = operation, path.contains("/pending/"), isFull.withLock({ $0 }) else { return }
        throw AuditError(.file, "no space left on device")
    }
    let log = try fixture.open(options: options)
    isFull.withLock { $0 = true }
    try log.note(.requestReceived(Sample.context, received))
    await #expect(throws: AuditError.self) { try await log.append(.jobEnded(Sample.context, Sample.ended)) }
    isFull.withLock { $0 = false }
    await #expect(throws: AuditError.self) { try await log.append(.jobEnded(Sample.context, Sample.ended)) }
    #expect(throws: AuditError.self) { try log.note(.requestReceived(Sample.context, received)) }
    try? await log.close()
    let again = try fixture.open()
    #expect(again.opened.entryCount == 0 && again.opened.unsignedCount == 0)
    try await again.close()
}

@Test
func `a log says what it held when it was opened`() async throws {
    let fixture = try LogFixture()
    let log = try fixture.open()
    _ = try await log.append(Sample.all[0])
    try await log.checkpoint()
    _ = try await log.append(Sample.all[1])
    let killed = try fixture.files()
    try await log.close()
    let closed = try fixture.open()
    #expect(closed.opened.entryCount == 2 && closed.opened.unsignedCount == 0)
    #expect(closed.opened.origin == LogFixture.origin)
    try await closed.close()
    try fixture.restore(killed)
    let recovered = try fixture.open()
    #expect(recovered.opened.entryCount == 2 && recovered.opened.unsignedCount == 1)
    try await recovered.close()
}
