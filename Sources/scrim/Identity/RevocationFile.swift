import Audit
import Cryptography
import Foundation
import Gate
import Identity
import JSON
import Locks
import Logging
import UnixSignals

/// The file that says what is revoked, and what is made of it.
///
/// It is read again within a second of a change and on SIGHUP. A file with a mistake changes nothing but is said loudly: a
/// half-written list must not let back in whom the former one kept out.
struct RevocationFile: Sendable {
    /// What came of reading it.
    struct Reading: Sendable {
        let revocations: Revocations
        let digest: [UInt8]
        let counts: [String: Int]
    }

    private static let bytesMax = 16_000_000
    private static let pollInterval: Duration = .milliseconds(500)

    private let path: String
    private let issuers: [String]
    private let apply: @Sendable (Revocations) -> Void
    private let audit: AuditLog
    private let logger: Logger
    private let signals: UnixSignalsSequence
    /// The version of the file that was read last, with or without success.
    private let seen: Locked<FileVersion>

    /// Reads the file for the first time and puts it in force.
    ///
    /// - Throws: `ConfigurationError`: a server that cannot read the list does not start.
    init(
        path: String,
        issuers: [String],
        audit: AuditLog,
        logger: Logger,
        apply: @escaping @Sendable (Revocations) -> Void
    ) async throws(ConfigurationError) {
        self.path = path
        self.issuers = issuers
        self.audit = audit
        self.logger = logger
        self.apply = apply
        seen = Locked(FileVersion(of: path))
        signals = await UnixSignalsSequence(trapping: .sighup)
        let reading = try Self.read(path, issuers: issuers)
        apply(reading.revocations)
        await record(reading)
    }

    /// Reads the file whenever it changes, until the task is cancelled.
    func watch() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                while (try? await Task.sleep(for: Self.pollInterval)) != nil {
                    guard isChanged() else { continue }
                    await reload()
                }
            }
            group.addTask { for await _ in signals { await reload() } }
        }
    }

    private func isChanged() -> Bool {
        let now = FileVersion(of: path)
        return seen.withLock { seen in
            defer { seen = now }
            return seen != now
        }
    }

    private func reload() async {
        do throws(ConfigurationError) {
            let reading = try Self.read(path, issuers: issuers)
            // First in force, then in the log: nobody is let in a moment longer than need be.
            apply(reading.revocations)
            await record(reading)
            logger.record(.notice, "the revocations were read again", [LogField("counts", LogCounts(reading.counts))])
        } catch {
            StandardError.print("error: THE REVOCATIONS WERE NOT RELOADED; the ones before stay in force\n\(error)")
            logger.record(.error, "the revocations were not reloaded", [.reason(error)])
            await record(nil)
        }
    }

    private func record(_ reading: Reading?) async {
        let event = RevocationsRead(
            isInForce: reading != nil,
            digest: reading?.digest,
            counts: reading?.counts ?? [:]
        )
        do {
            _ = try await audit.append(.revocationsRead(event))
        } catch {
            logger.record(.critical, "the revocations could not be recorded", [.reason(error)])
        }
    }

    private static func read(_ path: String, issuers: [String]) throws(ConfigurationError) -> Reading {
        guard let data = FileManager.default.contents(atPath: path), data.count <= bytesMax,
            let text = String(validating: data, as: UTF8.self)
        else {
            throw ConfigurationError("identity.revocations: `\(path)` cannot be read as UTF-8 text")
        }
        do {
            var decoder = RevocationDecoder(issuers: issuers)
            let revocations = try decoder.decode(YAMLDocument.parse(text))
            return Reading(revocations: revocations, digest: SHA256.hash(Array(data)), counts: decoder.counts)
        } catch {
            throw ConfigurationError("identity.revocations: `\(path)`: \(error)")
        }
    }
}

/// What tells two versions of a file apart without reading them.
private struct FileVersion: Sendable, Equatable {
    let modified: Date?
    let size: Int?
    let inode: Int?

    init(of path: String) {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        modified = attributes?[.modificationDate] as? Date
        size = attributes?[.size] as? Int
        inode = attributes?[.systemFileNumber] as? Int
    }
}
