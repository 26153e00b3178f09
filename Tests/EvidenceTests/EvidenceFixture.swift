import Audit
import Cryptography
import Foundation
import Locks

/// A log of two people and what came of it, in a directory that is removed at the end.
final class EvidenceFixture: Sendable {
    static let origin = "scrim/test"
    static let mapping = String(repeating: "ab", count: 32)
    static let hostile = "<script>alert('x')</script>&\u{202E}\"\u{7}"

    let root: String
    let keys: KeyRing
    /// Each entry is a minute after the one before; the first is of 00:02, because opening a log takes one.
    private let minute = Locked<Int64>(0)

    var directory: String { root + "/log" }
    var key: String { get throws { try AuditSigner(keys: keys, origin: LogOrigin(Self.origin)).verifierKeys[0] } }

    init() throws {
        root =
            FileManager.default.temporaryDirectory.path + "/scrim-evidence-"
            + Base32.encode(try SecureRandom.bytes(10))
        keys = try KeyRing.generate(now: Date(timeIntervalSince1970: 0))
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func open() throws -> AuditLog {
        var options = AuditLog.Options()
        // A checkpoint asks for the time too.
        options.checkpointMilliseconds = 3_600_000
        options.clock = { [minute] in
            minute.withLock { minute in
                minute += 1
                // 2026-11-22T00:00:00Z and on.
                return 1_795_305_600_000_000 + minute * 60_000_000
            }
        }
        return try AuditLog(
            directory: directory,
            keys: keys,
            origin: .exactly(LogOrigin(Self.origin)),
            options: options
        )
    }

    static func context(of subject: String, mapping: String = mapping) -> AuditContext {
        AuditContext(
            actor: AuditActor(
                issuer: "https://issuer.example",
                subject: subject,
                client: nil,
                roles: ["analyst"],
                kind: "human"
            ),
            session: "session-of-\(subject)",
            request: "r1",
            software: hostile,
            mappingDigest: mapping
        )
    }

    static func job(_ id: String) -> AuditJob { AuditJob(project: "demo", location: "US", jobID: id) }

    static func submitted(_ id: String, table: String) -> JobSubmitted {
        JobSubmitted(
            job: job(id),
            tool: "query",
            query: AuditQuery(
                sqlShape: "SELECT email FROM t WHERE a < ? AND '<b>' = ?",
                texts: CommittedTexts(originalSQL: "SELECT 'CANARY'", rewrittenSQL: "SELECT 'CANARY' "),
                tables: [table],
                maskedColumns: [
                    AuditMaskedColumn(table: table, column: "email", tag: "pii.email", rule: "EMAIL_MASK")
                ]
            ),
            bytesBilledMax: 1000
        )
    }

    /// 0 mapping, 1 start, 2 session of ann, 3-6 her job on `bank` with two pages, 7 refusal, 8-9 bob's job on
    /// `analytics`, 10 a stop.
    func fill() async throws {
        let log = try open()
        let ann = Self.context(of: "ann")
        let bob = Self.context(of: "bob")
        var statistics = JobEnded.Statistics()
        statistics.bytesProcessed = 1234
        let events: [AuditEvent] = [
            .mappingLoaded(MappingLoaded(digest: Self.mapping, fileCount: 3, roles: ["analyst"])),
            .serverStarted(
                ServerStarted(
                    version: "1",
                    transport: "http",
                    address: "a",
                    job: (project: "demo", location: "US"),
                    isDevelopment: false
                )
            ),
            .sessionSeen(ann, SessionSeen(transport: "http", protocolVersion: "2026-07-28")),
            .jobSubmitted(ann, Self.submitted("job-1", table: "demo.bank.customers")),
            .jobEnded(ann, JobEnded(job: Self.job("job-1"), outcome: .done, statistics: statistics)),
            .pageDelivered(ann, PageDelivered(job: Self.job("job-1"), page: 1, rowCount: 3, content: [1])),
            .pageDelivered(ann, PageDelivered(job: Self.job("job-1"), page: 2, rowCount: 4, content: [2])),
            .requestRefused(
                ann,
                RequestRefused(tool: "query", refusals: [AuditRefusal(code: "statement.drop", line: 1, column: 2)])
            ),
            .jobSubmitted(bob, Self.submitted("job-2", table: "demo.analytics.events")),
            .jobEnded(bob, JobEnded(job: Self.job("job-2"), outcome: .failed, reason: "quotaExceeded")),
            .serverStopped(ServerStopped(reason: Self.hostile)),
        ]
        for event in events { _ = try await log.append(event) }
        try await log.close()
    }

    static func filled() async throws -> EvidenceFixture {
        let fixture = try EvidenceFixture()
        try await fixture.fill()
        return fixture
    }
}
