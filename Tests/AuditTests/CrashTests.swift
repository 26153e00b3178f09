import Audit
import Cryptography
import Foundation
import Synchronization
import Testing

/// What was acknowledged: the receipt, and how many operations the disk had seen by then.
private struct Acknowledged {
    let receipt: AuditReceipt
    let operationCount: Int
}

/// Opens a log with a recorder, writes with several writers, and closes it. Ends at the first failure of each writer.
private func write(
    _ fixture: LogFixture,
    recorder: DiskRecorder,
    writers: Int = 4,
    each: Int = 30
) async -> [Acknowledged] {
    var options = AuditLog.Options()
    options.diskObserver = { operation throws(AuditError) in try recorder.record(operation) }
    guard let log = try? fixture.open(checkpointMilliseconds: 2, options: options) else { return [] }
    let acknowledged = await withTaskGroup(of: [Acknowledged].self) { group in
        for writer in 0..<writers {
            group.addTask {
                var own: [Acknowledged] = []
                for number in 0..<each {
                    let event =
                        number % 3 == 0
                        ? AuditEvent.jobSubmitted(Sample.context, Sample.submitted(writer * 1000 + number))
                        : Sample.all[number % Sample.all.count]
                    guard let receipt = try? await log.append(event) else { break }
                    own.append(Acknowledged(receipt: receipt, operationCount: recorder.operations.count))
                    if number % 8 == 7 { try? await Task.sleep(for: .milliseconds(2)) }
                }
                return own
            }
        }
        return await group.reduce(into: []) { $0 += $1 }
    }
    try? await log.close()
    return acknowledged
}

/// Opens what a crash left, and expects every acknowledged entry at its place and a log that verifies.
private func expectRecovered(_ fixture: LogFixture, _ acknowledged: [AuditReceipt], _ comment: String) async throws {
    let log: AuditLog
    do {
        log = try fixture.open()
    } catch {
        Issue.record("\(comment): \(error)")
        return
    }
    _ = try await log.append(Sample.all[0])
    try await log.close()
    let result = try verify(fixture)
    #expect(result.verdict == "verified", "\(comment): \(result.findings)")
    let leaves = try fixture.leaves()
    #expect(leaves.count == Int(result.entryCount), "\(comment)")
    let lost = acknowledged.filter {
        !leaves.indices.contains(Int($0.sequence)) || leaves[Int($0.sequence)] != $0.entryHash
    }
    #expect(lost.isEmpty, "\(comment): \(lost.map(\.sequence)) were acknowledged and are lost")
}

@Test
func `a power cut at any time loses no acknowledged entry, and the log goes on`() async throws {
    var random = SeededGenerator(state: 20_261_128)
    for round in 0..<4 {
        let fixture = try LogFixture()
        try FileManager.default.createDirectory(atPath: fixture.directory, withIntermediateDirectories: false)
        let recorder = DiskRecorder()
        let acknowledged = await write(fixture, recorder: recorder, each: round == 0 ? 100 : 20)
        let operations = recorder.operations
        #expect(acknowledged.count >= 80)
        for cut in 0..<(ProofSize.named("SCRIM_PROVE_POWER_CUTS").map { $0 / 4 } ?? 40) {
            let count = cut == 0 ? operations.count : Int.random(in: 0...operations.count, using: &random)
            let after = try LogFixture(keys: fixture.keys)
            try SimulatedDisk(root: fixture.directory, operations.prefix(count))
                .write(from: fixture.directory, to: after.directory, using: &random)
            let kept = acknowledged.filter { $0.operationCount <= count }.map(\.receipt)
            try await expectRecovered(after, kept, "round \(round), cut after \(count) of \(operations.count)")
        }
    }
}

@Test
func `a disk that is full at any operation refuses everybody, and loses nothing that was acknowledged`() async throws {
    let fixture = try LogFixture()
    let whole = DiskRecorder()
    _ = await write(fixture, recorder: whole, writers: 2, each: 12)
    let count = whole.operations.count
    for failing in Array(0..<24) + Array(stride(from: 24, to: count, by: max(1, count / 60))) {
        let full = try LogFixture(keys: fixture.keys)
        let acknowledged = await write(full, recorder: DiskRecorder(failing: failing), writers: 2, each: 12)
        try await expectRecovered(full, acknowledged.map(\.receipt), "operation \(failing)")
    }
}

/// `make prove-audit` asks for hundreds.
@Test
func `a kill under load loses no acknowledged entry, many times in one log`() async throws {
    var random = SeededGenerator(state: 20_261_128)
    let kills = ProofSize.named("SCRIM_PROVE_KILLS") ?? 6
    var acknowledged = 0
    for begin in stride(from: 0, to: kills, by: 10) {
        let fixture = try LogFixture()
        let (directory, ring, receipts) = (fixture.directory, fixture.root + "/ring", fixture.root + "/receipts")
        let keys = try KeyRing.make(file: ring)
        for kill in begin..<min(begin + 10, kills) {
            let microseconds = Int.random(in: 2_000...300_000, using: &random)
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [
                    directory = directory as String, ring = ring as String, receipts = receipts as String,
                    microseconds = microseconds as Int
                ] in
                try await writeUntilKilled(directory, ring: ring, receipts: receipts, after: microseconds)
            }
            let log = try AuditLog(directory: directory, keys: keys)
            try await log.close()
            let verified = try verify(fixture, trusting: LogFixture.verifierKeys(keys))
            #expect(verified.verdict == "verified", "kill \(kill) after \(microseconds) µs: \(verified.findings)")
            let leaves = try fixture.leaves()
            // The kernel has what was written before the kill, so every line is whole.
            let lines = try String(contentsOfFile: receipts, encoding: .utf8).split(separator: "\n")
            for line in lines {
                let parts = line.split(separator: " ")
                let sequence = try #require(Int(parts[0]))
                let isThere = leaves.indices.contains(sequence) && Hex.encode(leaves[sequence]) == parts[1]
                #expect(isThere, "entry \(sequence) was acknowledged before kill \(kill), and is lost")
            }
            acknowledged += lines.count
            try Data().write(to: URL(fileURLWithPath: receipts))
        }
    }
    #expect(acknowledged > kills)
    print("\(kills) kills, \(acknowledged) entries acknowledged before them, none lost unless said above")
}

/// Writes with 16 writers, notes each receipt in a file, and kills itself after a time.
private func writeUntilKilled(
    _ directory: String,
    ring: String,
    receipts: String,
    after microseconds: Int
) async throws {
    var options = AuditLog.Options()
    options.checkpointMilliseconds = 5
    let log = try AuditLog(
        directory: directory,
        keys: KeyRing.load(file: ring),
        origin: .exactly(LogOrigin(LogFixture.origin)),
        options: options
    )
    let file = unsafe open(receipts, O_WRONLY | O_APPEND | O_CREAT, 0o600)
    Thread.detachNewThread {
        usleep(UInt32(microseconds))
        kill(getpid(), SIGKILL)
    }
    await withTaskGroup(of: Void.self) { group in
        for writer in 0..<16 {
            group.addTask {
                for number in 0... {
                    let event = AuditEvent.jobSubmitted(Sample.context, Sample.submitted(writer + number))
                    guard let receipt = try? await log.append(event) else { return }
                    let line = "\(receipt.sequence) \(Hex.encode(receipt.entryHash))\n"
                    _ = unsafe Foundation.write(file, line, line.utf8.count)
                }
            }
        }
    }
}
