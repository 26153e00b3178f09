import Audit
import Cryptography
import Foundation

/// Writes audit logs and syncs files for `areas/audit.py`, and prints what it measured as a line of JSON.
///
/// `syncs DIRECTORY SECONDS` · `append DIRECTORY WRITERS SECONDS KIND` · `latency DIRECTORY ROUNDS` ·
/// `make DIRECTORY ENTRIES WRITERS`; KIND is `metadata` (an entry) or `job` (an entry with sealed texts).
@main
enum AuditBench {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count > 2 else { preconditionFailure("a command and a directory are needed") }
        let numbers = arguments.dropFirst(3).compactMap { Int($0) }
        let directory = arguments[2]
        let answer: [String: Any]
        switch arguments[1] {
        case "syncs": answer = try syncs(in: directory, seconds: numbers[0])
        case "append":
            let texts = arguments.last == "job"
            answer = try await append(in: directory, writers: numbers[0], seconds: numbers[1], withTexts: texts)
        case "latency": answer = try await latency(in: directory, rounds: numbers[0])
        case "make": answer = try await make(directory, entries: numbers[0], writers: numbers[1])
        default: preconditionFailure("no such command: \(arguments[1])")
        }
        let line = try JSONSerialization.data(withJSONObject: answer, options: [.sortedKeys])
        try FileHandle.standardOutput.write(contentsOf: line + [UInt8(ascii: "\n")])
    }

    /// How often the disk takes 600 bytes more of a file and says that they are there.
    private static func syncs(in directory: String, seconds: Int) throws -> [String: Any] {
        let file = try SyncedFile(directory + "/syncs")
        defer { file.remove() }
        let clock = ContinuousClock()
        let start = clock.now
        var count = 0
        while clock.now - start < .seconds(seconds) {
            try file.appendAndSync()
            count += 1
        }
        return ["syncs_per_second": Double(count) / (clock.now - start).inSeconds]
    }

    /// How many entries a second are on the disk when so many write at once, each the next after its last.
    private static func append(
        in directory: String,
        writers: Int,
        seconds: Int,
        withTexts: Bool
    ) async throws -> [String: Any] {
        let log = try BenchmarkLog(directory: directory)
        let clock = ContinuousClock()
        let start = clock.now
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
            for writer in 0..<writers {
                group.addTask {
                    var own = 0
                    while clock.now - start < .seconds(seconds) {
                        try await log.append(number: writer * 1_000_000 + own, withTexts: withTexts)
                        own += 1
                    }
                    return own
                }
            }
            return try await group.reduce(0, +)
        }
        let taken = (clock.now - start).inSeconds
        try await log.close()
        return ["entries_per_second": Double(count) / taken, "entry_bytes": try log.meanEntryBytes()]
    }

    /// What one entry, and two after each other, take on a log that nobody else writes on, in turns with one and two
    /// syncs.
    private static func latency(in directory: String, rounds: Int) async throws -> [String: Any] {
        let log = try BenchmarkLog(directory: directory)
        let file = try SyncedFile(directory + ".syncs")
        defer { file.remove() }
        let clock = ContinuousClock()
        var (one, two, sync, twoSyncs): ([Double], [Double], [Double], [Double]) = ([], [], [], [])
        for round in 0..<rounds {
            var start = clock.now
            try await log.append(number: round, withTexts: false)
            one.append((clock.now - start).inSeconds)
            start = clock.now
            try file.appendAndSync()
            sync.append((clock.now - start).inSeconds)
            start = clock.now
            try await log.append(number: round, withTexts: false)
            try await log.append(number: round, withTexts: false)
            two.append((clock.now - start).inSeconds)
            start = clock.now
            try file.appendAndSync()
            try file.appendAndSync()
            twoSyncs.append((clock.now - start).inSeconds)
        }
        try await log.close()
        return ["append": one, "two_appends": two, "sync": sync, "two_syncs": twoSyncs]
    }

    /// A log of so many entries to verify.
    private static func make(_ directory: String, entries: Int, writers: Int) async throws -> [String: Any] {
        let log = try BenchmarkLog(directory: directory)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<writers {
                group.addTask {
                    for number in stride(from: writer, to: entries, by: writers) {
                        try await log.append(number: number, withTexts: false)
                    }
                }
            }
            try await group.waitForAll()
        }
        try await log.close()
        return ["key": try log.verifierKey(), "entry_bytes": try log.meanEntryBytes()]
    }
}

extension Duration {
    fileprivate var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}

/// A file that grows by 600 bytes, as a log does, with nothing around it.
private struct SyncedFile {
    private static let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: 600)

    private let path: String
    private let descriptor: Int32

    init(_ path: String) throws {
        self.path = path
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    func appendAndSync() throws {
        guard unsafe write(descriptor, Self.bytes, Self.bytes.count) == Self.bytes.count, fdatasync(descriptor) == 0
        else { throw CocoaError(.fileWriteUnknown) }
    }

    func remove() {
        close(descriptor)
        _ = unsafe unlink(path)
    }
}
