import Audit
import Cryptography
import Foundation
import JSON
import Testing

/// A log of more than one bundle: texts, and content between them.
private func fill(_ log: AuditLog, count: Int = 300) async throws {
    for number in 0..<count {
        switch number % 3 {
        case 0: _ = try await log.append(.jobSubmitted(Sample.context, Sample.submitted(number)))
        case 1: _ = try await log.append(.pageDelivered(Sample.context, Sample.recordedPage(number)))
        default: _ = try await log.append(Sample.all[0])
        }
    }
    try await log.checkpoint()
}

private func plan(
    _ fixture: LogFixture,
    _ selection: ErasurePlanner.Selection,
    holds: HoldBook = .empty
) throws -> ErasurePlan {
    try ErasurePlanner(directory: fixture.directory, holds: holds).plan(selection)
}

private func chosen(_ change: (inout RecordChoice) -> Void) -> ErasurePlanner.Selection {
    var choice = RecordChoice()
    change(&choice)
    return .chosen(choice)
}

private func erase(_ log: AuditLog, _ plan: ErasurePlan) async throws -> ErasureReport {
    try await log.erase(plan, by: Sample.keeper, reason: "a test") { _ in .order(RecordChoice()) }
}

/// The numbers of the entries whose records are in the files.
private func records(_ fixture: LogFixture) throws -> Set<Int64> {
    var found: Set<Int64> = []
    for (name, bytes) in try fixture.files() where name.hasPrefix("blobs/") {
        var rest = bytes[...]
        while rest.count >= 12 {
            found.insert(rest.prefix(8).reduce(0) { $0 << 8 | Int64($1) })
            rest = rest.dropFirst(12 + rest.dropFirst(8).prefix(4).reduce(0) { $0 << 8 | Int($1) })
        }
    }
    return found
}

@Test
func `what is due of a class goes, the other stays, and the log verifies and goes on`() async throws {
    let fixture = try LogFixture()
    let log = try fixture.open()
    try await fill(log)
    #expect(try records(fixture).count == 200)
    let due = try plan(fixture, .due(RetentionPolicy([.content: 0])))
    #expect(due.count == 100 && due.shares[.content]?.ranges.count == 1 && due.shares[.texts]?.count == 0)
    #expect(try plan(fixture, .due(RetentionPolicy([.content: 3600, .texts: 3600]))).isEmpty)
    let report = try await erase(log, due)
    #expect(report.erasedCount == 100 && report.isFinished && report.announcements == [300])
    #expect(try records(fixture) == Set((0..<300).filter { $0 % 3 == 0 }))
    let live = try verify(fixture)
    #expect(live.holds && live.erasedCount == 100 && live.erasureCount == 1, "\(live.findings)")
    try await fill(log, count: 3)
    try await log.close()
    let closed = try verify(fixture)
    #expect(closed.verdict == "verified" && closed.notices.isEmpty, "\(closed.findings) \(closed.notices)")
    #expect(try plan(fixture, .due(RetentionPolicy([.content: 0]))).count == 1)
    let reopened = try fixture.open()
    try await reopened.close()
    #expect(try verify(fixture).verdict == "verified")
}

@Test
func `an erasure by order takes what was chosen, in several entries where one cannot hold it`() async throws {
    let fixture = try LogFixture()
    let log = try fixture.open()
    // Each second record is of somebody else, so that there is a range for each.
    let other = AuditContext(actor: nil, session: "another", request: "r", software: nil, mappingDigest: "d")
    for number in 0..<2400 {
        _ = try await log.append(.pageDelivered(number % 2 == 0 ? Sample.context : other, Sample.recordedPage(number)))
    }
    try await log.checkpoint()
    #expect(try plan(fixture, chosen { $0.entry = 2000 }).count == 1)
    #expect(try plan(fixture, chosen { $0.entry = 99_999 }).isEmpty)
    #expect(try plan(fixture, chosen { $0.job = Sample.job(7).jobID }).count == 1)
    #expect(try plan(fixture, chosen { $0.person = "nobody" }).isEmpty)
    let report = try await erase(log, plan(fixture, chosen { $0.session = Sample.context.session }))
    #expect(report.erasedCount == 1200 && report.announcements.count > 1)
    try await log.close()
    let result = try verify(fixture)
    #expect(result.verdict == "verified" && result.erasedCount == 1200, "\(result.findings.prefix(3))")
    let entries = try fixture.entries().filter { $0["type"]?.stringValue == "content_erased" }
    #expect(entries.reduce(0) { $0 + ($1["records"]?.integerValue ?? 0) } == 1200)
    #expect(entries.allSatisfy { $0["cut"] == nil })
}

@Test
func `a record that is missing without an entry that says so is a finding, also beside erased ones`() async throws {
    let fixture = try LogFixture()
    let log = try fixture.open()
    try await fill(log)
    _ = try await erase(log, plan(fixture, chosen { $0.entry = 4 }))
    try await log.close()
    #expect(try verify(fixture).verdict == "verified")
    let blobs = try fixture.read("blobs/000")
    let length = 12 + blobs[8..<12].reduce(0) { $0 << 8 | Int($1) }
    try fixture.write(Array(blobs[length...]), to: "blobs/000")
    let result = try verify(fixture)
    #expect(result.findings.map(\.sequence) == [0] && result.erasedCount == 1)
    try fixture.remove("blobs/001")
    #expect(try verify(fixture).findingCount > 20)
    // A plan does not make good what was removed: it covers none of it.
    let again = try fixture.open()
    let rest = try plan(fixture, chosen { $0.session = Sample.context.session })
    #expect(rest.shares.values.flatMap(\.ranges).allSatisfy { !($0.first...$0.last).contains(0) })
    _ = try await erase(again, rest)
    try await again.close()
    #expect(try verify(fixture).findings.contains { $0.sequence == 0 })
}

@Test
func `an erasure that only a later checkpoint covers excuses nothing`() async throws {
    let fixture = try LogFixture()
    let log = try fixture.open()
    try await fill(log, count: 6)
    let before = try fixture.files()
    _ = try await erase(log, plan(fixture, chosen { $0.entry = 0 }))
    try await log.close()
    let blobs = try fixture.read("blobs/000")
    try fixture.restore(before)
    try fixture.write(blobs, to: "blobs/000")
    #expect(try verify(fixture).findings.map(\.sequence) == [0])
}

@Test
func `holds keep what they cover until they are released, whatever the class says`() async throws {
    let (fixture, admin) = (try LogFixture(), try LogFixture())
    let log = try fixture.open()
    try await fill(log, count: 30)
    let holdsLog = try AuditLog(directory: admin.directory, keys: fixture.keys)
    var scope = RecordChoice()
    scope.job = Sample.job(3).jobID
    let placed = HoldPlaced(by: Sample.keeper, id: "hold-1", scope: scope, reason: "case")
    _ = try await holdsLog.append(.retention(.holdPlaced(placed)))
    try await holdsLog.checkpoint()
    let run = ErasureRun(
        log: log,
        directory: fixture.directory,
        holdsDirectory: admin.directory,
        keys: fixture.keys
    )
    let everything = ErasurePlanner.Selection.due(RetentionPolicy([.texts: 0, .content: 0]))
    let (first, report) = try await run.erase(everything, by: Sample.keeper, reason: "due")
    #expect(first.heldCount == 1 && report.erasedCount == 19)
    #expect(try records(fixture) == [3])
    // A release that is not signed does not count: somebody may have put it there.
    let released = HoldReleased(by: Sample.keeper, id: "hold-1", reason: "closed")
    let signed = try HoldBook.verified(directory: admin.directory, keys: fixture.keys)
    #expect(signed.holds.map(\.id) == ["hold-1"])
    _ = try await holdsLog.append(.retention(.holdReleased(released)))
    try await holdsLog.close()
    #expect(try HoldBook.verified(directory: admin.directory, keys: fixture.keys).holds.isEmpty)
    // Holds of a log that does not verify are not believed, nor those of a shorter one.
    let whole = try admin.files()
    try admin.write([0], to: "checkpoint")
    await #expect(throws: AuditError.self) { try await run.erase(everything, by: Sample.keeper, reason: "due") }
    try admin.restore([:])
    await #expect(throws: AuditError.self) { try await run.erase(everything, by: Sample.keeper, reason: "due") }
    #expect(try records(fixture) == [3])
    try admin.restore(whole)
    let (_, last) = try await run.erase(everything, by: Sample.keeper, reason: "due")
    #expect(last.erasedCount == 1)
    try await log.close()
    #expect(try verify(fixture).verdict == "verified")
}

@Test
func `an erasure that a crash interrupts at any operation is finished when the log is opened again`() async throws {
    let whole = try LogFixture()
    let log = try whole.open()
    try await fill(log)
    try await log.close()
    let before = try whole.files()

    func run(_ fixture: LogFixture, _ recorder: DiskRecorder) async throws {
        var options = AuditLog.Options()
        options.diskObserver = { operation throws(AuditError) in try recorder.record(operation) }
        guard let log = try? fixture.open(options: options) else { return }
        let everything = try plan(fixture, .due(RetentionPolicy([.content: 0])))
        _ = try? await erase(log, everything)
        try? await log.close()
    }
    let counting = DiskRecorder()
    try await run(whole, counting)
    #expect(try verify(whole).erasedCount == 100)
    for failing in 0..<counting.operations.count {
        let fixture = try LogFixture(keys: whole.keys)
        try fixture.restore(before)
        try await run(fixture, DiskRecorder(failing: failing))
        let interrupted = try verify(fixture)
        let unannounced = interrupted.findings.filter { $0.message.contains("no entry says") }
        #expect(unannounced.isEmpty, "operation \(failing): \(unannounced)")
        let again = try fixture.open()
        try await again.close()
        let result = try verify(fixture)
        #expect(result.verdict == "verified", "operation \(failing): \(result.findings)")
        #expect(result.notices.isEmpty, "operation \(failing): \(result.notices)")
        let isAnnounced = try fixture.entries().contains { $0["type"]?.stringValue == "content_erased" }
        #expect(try records(fixture).count == (isAnnounced ? 100 : 200), "operation \(failing)")
        #expect(try !fixture.files().keys.contains("erasing"))
    }
}

@Test
func `a power cut in an erasure loses nothing that was to stay`() async throws {
    let fixture = try LogFixture()
    try FileManager.default.createDirectory(atPath: fixture.directory, withIntermediateDirectories: false)
    let recorder = DiskRecorder()
    var options = AuditLog.Options()
    options.diskObserver = { operation throws(AuditError) in try recorder.record(operation) }
    let log = try fixture.open(options: options)
    try await fill(log)
    let start = recorder.operations.count
    _ = try await erase(log, plan(fixture, .due(RetentionPolicy([.content: 0]))))
    try await log.close()
    var random = SeededGenerator(state: 11)
    let operations = recorder.operations
    for count in start...operations.count {
        let after = try LogFixture(keys: fixture.keys)
        try SimulatedDisk(root: fixture.directory, operations.prefix(count))
            .write(from: fixture.directory, to: after.directory, using: &random)
        let again = try after.open()
        try await again.close()
        let result = try verify(after)
        #expect(result.verdict == "verified", "cut after \(count) of \(operations.count): \(result.findings)")
        let isAnnounced = try after.entries().contains { $0["type"]?.stringValue == "content_erased" }
        let kept = try records(after)
        #expect(kept.count == (isAnnounced ? 100 : 200), "cut after \(count)")
        #expect(kept.isSuperset(of: (0..<300).filter { $0 % 3 == 0 }))
    }
}

@Test
func `a replay tells texts, content, what is sealed and what was erased`() async throws {
    let fixture = try LogFixture()
    let log = try fixture.open()
    try await fill(log, count: 3)
    _ = try await erase(log, plan(fixture, chosen { $0.entry = 0 }))
    try await log.close()
    let session = try #require(Sample.context.session)
    func told(_ keys: KeyRing?) throws -> [String] {
        var told: [String] = []
        try SessionReplay(directory: fixture.directory, keys: keys).forEachStep(of: session) { step in
            switch step.record {
            case .none: told.append("none")
            case .sealed: told.append("sealed")
            case .opened(let texts): told.append(texts.map(\.name).joined(separator: " "))
            case .erased(let entry): told.append("erased by \(entry)")
            case .wrong(let reason): told.append(reason)
            }
        }
        return told
    }
    #expect(try told(nil) == ["erased by 3", "sealed"])
    #expect(try told(fixture.keys) == ["erased by 3", "content columns"])
    #expect(try told(KeyRing.generate(now: .now)).last?.contains("no key of the ring") == true)
    try fixture.remove("blobs/000")
    #expect(try told(nil).last?.contains("no entry says") == true)
}
