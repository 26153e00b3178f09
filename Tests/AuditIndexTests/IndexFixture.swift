import Audit
import AuditIndex
import Cryptography
import Foundation
import Locks

/// A log and an index of it for one test; removed at its end.
final class IndexFixture: Sendable {
    let root: String
    let log: String
    private let keys: KeyRing
    private let clock = Locked(Int64(1_700_000_000_000_000))

    var path: String { root + "/log-index.sqlite" }

    init() throws {
        root = FileManager.default.temporaryDirectory.path + "/scrim-index-" + Base32.encode(try SecureRandom.bytes(10))
        log = root + "/log"
        keys = try KeyRing.generate(now: Date(timeIntervalSince1970: 0))
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: false)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: root)
    }

    /// Appends events, each at its time or a second after the one before, and closes the log.
    func append(_ events: [AuditEvent], at times: [String] = []) async throws {
        var options = AuditLog.Options()
        options.checkpointMilliseconds = 3_600_000
        options.clock = { [clock] in clock.withLock { $0 } }
        let opened = try AuditLog(
            directory: log,
            keys: keys,
            origin: .exactly(LogOrigin("scrim/test")),
            options: options
        )
        for (number, event) in events.enumerated() {
            let time = times.indices.contains(number) ? AuditTime.microseconds(times[number]) : nil
            clock.withLock { $0 = time ?? $0 + 1_000_000 }
            if case .jobSubmitted(let context, let submitted) = event {
                _ = try await opened.append(jobSubmitted: submitted, context: context)
            } else {
                _ = try await opened.append(event)
            }
        }
        try await opened.close()
    }

    func index(isRebuilding: Bool = false) throws -> AuditIndex {
        try AuditIndex(path: path, directories: [log], isRebuilding: isRebuilding)
    }
}

extension AuditIndex {
    /// The jobs that match, at once.
    func jobs(_ filter: AuditFilter = AuditFilter(), by order: JobOrder = .time) throws -> [AuditJobRecord] {
        var found: [AuditJobRecord] = []
        try jobs(matching: filter, by: order) { found.append($0) }
        return found
    }

    /// The sessions that match, at once.
    func sessions(
        _ filter: AuditFilter = AuditFilter(),
        gapSeconds: Int64 = gapSecondsDefault
    ) throws -> [AuditSession] {
        var found: [AuditSession] = []
        try sessions(matching: filter, gapSeconds: gapSeconds) { found.append($0) }
        return found
    }
}

/// Events for tests, of two people.
enum Event {
    static let alice = AuditContext(
        actor: AuditActor(
            issuer: "https://issuer.example",
            subject: "alice@bank.example",
            client: "claude",
            roles: ["analyst", "auditor"],
            kind: "human"
        ),
        session: "alices",
        request: "r1",
        software: "claude-code 2.1",
        mappingDigest: "00"
    )
    static let bob = AuditContext(
        actor: AuditActor(issuer: "https://issuer.example", subject: "bob", client: nil, roles: [], kind: "machine"),
        session: "bobs",
        request: "r9",
        software: nil,
        mappingDigest: "00"
    )

    static func job(_ number: Int) -> AuditJob {
        AuditJob(project: "demo", location: "US", jobID: "scrim_job_\(number)")
    }

    static func submitted(
        _ number: Int,
        _ context: AuditContext,
        sql: String = "SELECT email FROM bank.customers WHERE ssn = ?",
        tables: [String] = ["demo.bank.customers"],
        columns: [String] = ["email"]
    ) -> AuditEvent {
        let masks = columns.map {
            AuditMaskedColumn(table: tables.first ?? "", column: $0, tag: "pii.\($0)", rule: "EMAIL_MASK")
        }
        let texts = CommittedTexts(originalSQL: "SELECT 'CANARY'", rewrittenSQL: nil)
        let query = AuditQuery(sqlShape: sql, texts: texts, tables: tables, maskedColumns: masks)
        return .jobSubmitted(context, JobSubmitted(job: job(number), tool: "query", query: query, bytesBilledMax: 1))
    }

    static func ended(_ number: Int, _ context: AuditContext, bytes: Int64?) -> AuditEvent {
        var statistics = JobEnded.Statistics()
        statistics.bytesProcessed = bytes
        let job = job(number)
        return .jobEnded(context, JobEnded(job: job, outcome: .done, statistics: statistics, referencedTables: []))
    }

    static func page(_ number: Int, _ context: AuditContext) -> AuditEvent {
        .pageDelivered(context, PageDelivered(job: job(number), page: 1, rowCount: 3, content: Array("[1]".utf8)))
    }

    static func refused(_ context: AuditContext, job: String? = nil) -> AuditEvent {
        let refusals = [AuditRefusal(code: "statement.not_select", line: 1, column: 1)]
        return .requestRefused(
            context,
            RequestRefused(tool: "query", refusals: refusals, jobID: job)
        )
    }
}
