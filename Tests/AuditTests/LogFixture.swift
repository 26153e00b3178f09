import Audit
import Cryptography
import struct Foundation.Data
import struct Foundation.Date
import class Foundation.FileManager
import struct Foundation.ObjCBool
import class Foundation.ProcessInfo
import struct Foundation.URL
import JSON
import Locks
import Testing
import TransparencyLog

/// A log directory and key ring for one test; removed at its end.
final class LogFixture: Sendable {
    let root: String
    let directory: String
    let keys: KeyRing

    init(keys: KeyRing? = nil) throws {
        root = FileManager.default.temporaryDirectory.path + "/scrim-audit-" + Base32.encode(try SecureRandom.bytes(10))
        directory = root + "/log"
        self.keys = try keys ?? KeyRing.generate(now: Date(timeIntervalSince1970: 0))
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: false)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: root)
    }

    static let origin = "scrim/test"

    func open(checkpointMilliseconds: Int = 3_600_000, options: AuditLog.Options = .init()) throws -> AuditLog {
        var options = options
        options.checkpointMilliseconds = checkpointMilliseconds
        return try AuditLog(
            directory: directory,
            keys: keys,
            origin: .exactly(LogOrigin(Self.origin)),
            options: options
        )
    }

    /// The verifier keys of a ring for the fixture's log.
    static func verifierKeys(_ keys: KeyRing) throws -> [String] {
        try AuditSigner(keys: keys, origin: LogOrigin(origin)).verifierKeys
    }

    /// All files of the log, by their paths below its directory.
    func files() throws -> [String: [UInt8]] { try Self.files(of: directory) }

    static func files(of directory: String) throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: directory) {
            var isDirectory: ObjCBool = false
            let path = directory + "/" + name
            guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), !isDirectory.boolValue
            else { continue }
            files[name] = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        }
        return files
    }

    /// Puts these files, and no others, in place of the log.
    func restore(_ files: [String: [UInt8]]) throws {
        if FileManager.default.fileExists(atPath: directory) { try FileManager.default.removeItem(atPath: directory) }
        for (name, bytes) in files {
            let url = URL(fileURLWithPath: directory + "/" + name)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(bytes).write(to: url)
        }
    }

    func read(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: directory + "/" + name)))
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: directory + "/" + name))
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: directory + "/" + name)
    }

    /// Writes a file and the directories above it.
    func writeWithDirectories(_ bytes: [UInt8], to name: String) throws {
        let url = URL(fileURLWithPath: directory + "/" + name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    /// Removes a file and the directories above it that are empty then.
    func removeWithDirectories(_ name: String) throws {
        try remove(name)
        var parent = name
        while let slash = parent.lastIndex(of: "/") {
            parent = String(parent[..<slash])
            guard try FileManager.default.contentsOfDirectory(atPath: directory + "/" + parent).isEmpty else { return }
            try remove(parent)
        }
    }

    /// The hashes of all entries under the checkpoint of a closed log, read from its bundles.
    func leaves() throws -> [[UInt8]] {
        let bundles = try Self.files(of: directory + "/tile/entries").map { name, bytes in
            (tile: Tile(path: "tile/entries/" + name), bytes: bytes)
        }
        var leaves: [[UInt8]] = []
        while let bundle = bundles.filter({ $0.tile?.index == Int64(leaves.count / 256) })
            .max(by: { ($0.tile?.width ?? 0) < ($1.tile?.width ?? 0) })
        {
            let ranges = try #require(EntryBundle.ranges(in: bundle.bytes))
            leaves += ranges.map { SHA256.hash([0] + bundle.bytes[$0]) }
            if ranges.count < 256 { break }
        }
        return leaves
    }

    func entries() throws -> [JSONValue] {
        var entries: [JSONValue] = []
        try AuditReader(directory: directory).forEachEntry { entries.append($0.json) }
        return entries
    }
}

/// How much of a proof is asked for in the environment.
enum ProofSize {
    static func named(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap { Int($0) } }
}

/// A clock that goes on when it is looked at.
final class TestClock: Sendable {
    private let microseconds = Locked<Int64>(1_795_372_020_123_456)

    func next(addingMicroseconds step: Int64) -> Int64 {
        microseconds.withLock { now in
            now += step
            return now
        }
    }
}

/// Events for tests. The texts to commit to hold the word CANARY, which must be nowhere in the log.
enum Sample {
    static let actor = AuditActor(
        issuer: "https://issuer.example",
        subject: "alice@bank.example",
        client: "claude",
        roles: ["analyst"],
        kind: "human"
    )
    static let context = AuditContext(
        actor: actor,
        session: "aaaabbbbccccddddeeeeffffgggghhhh",
        request: "r1",
        software: "claude-code 2.1",
        mappingDigest: String(repeating: "ab", count: 32)
    )
    static let texts = CommittedTexts(
        originalSQL: "SELECT email FROM bank.customers WHERE ssn = 'CANARY'",
        rewrittenSQL: "SELECT `email` FROM (…) WHERE ssn = 'CANARY'",
        parameters: Array("CANARY".utf8),
        reason: "CANARY asked me to"
    )
    static let query = AuditQuery(
        sqlShape: "SELECT email FROM bank.customers WHERE ssn = ?",
        texts: texts,
        tables: ["demo.bank.customers"],
        maskedColumns: [
            AuditMaskedColumn(table: "demo.bank.customers", column: "email", tag: "pii.email", rule: "EMAIL_MASK")
        ]
    )

    static func job(_ number: Int = 1) -> AuditJob {
        AuditJob(project: "demo", location: "US", jobID: "scrim_\(context.session ?? "")_\(number)")
    }

    static func submitted(_ number: Int = 1) -> JobSubmitted {
        JobSubmitted(job: job(number), tool: "query", query: query, bytesBilledMax: 100_000_000_000)
    }

    static var ended: JobEnded {
        var statistics = JobEnded.Statistics()
        statistics.bytesProcessed = 1234
        statistics.bytesBilled = 10_485_760
        statistics.bytesShown = 10_485_760
        statistics.slotMilliseconds = 12
        statistics.isCacheHit = false
        statistics.totalRows = 3
        return JobEnded(job: job(), outcome: .done, statistics: statistics, referencedTables: ["demo.bank.customers"])
    }

    static let refused = RequestRefused(
        tool: "query",
        refusals: [AuditRefusal(code: "statement.not_select", line: 1, column: 1), AuditRefusal(code: "limit.depth")],
        sqlShape: "DELETE FROM bank.customers WHERE ssn = ?",
        texts: CommittedTexts(originalSQL: "DELETE … 'CANARY'", rewrittenSQL: nil)
    )
    static let page = PageDelivered(job: job(), page: 1, rowCount: 3, content: Array("[[1],[2],[3]]".utf8))

    static let keeper = RetentionActor(
        actor: AuditActor(issuer: "os", subject: "root", client: nil, roles: [], kind: "admin"),
        request: "r2"
    )

    /// A page whose rows and columns are kept. They hold the word CANARY, which must be nowhere in the log.
    static func recordedPage(_ number: Int = 1, rows: String = #"[["CANARY"],["CANARY"]]"#) -> PageDelivered {
        PageDelivered(
            job: job(number),
            page: 1,
            rowCount: 2,
            content: Array(rows.utf8),
            keeping: .array([["name": "CANARY", "type": "STRING", "mode": "NULLABLE", "masked": .null]])
        )
    }

    /// One of each, in an order that can happen.
    static let all: [AuditEvent] = [
        .mappingLoaded(
            MappingLoaded(digest: context.mappingDigest ?? "", fileCount: 3, roles: ["analyst", "auditor"])
        ),
        .serverStarted(
            ServerStarted(
                version: "0.1",
                transport: "http",
                address: "127.0.0.1:8080",
                job: (project: "demo", location: "US"),
                isDevelopment: true
            )
        ),
        .sessionSeen(context, SessionSeen(transport: "http", protocolVersion: "2026-07-28")),
        .metadataRead(context, MetadataRead(tool: "list_tables", resources: ["demo.bank"], itemCount: 6)),
        .queryEstimated(context, QueryEstimated(query: query, bytesProcessed: 1234, bytesShown: 10_485_760)),
        .requestRefused(context, refused),
        .jobSubmitted(context, submitted()),
        .jobEnded(context, ended),
        .pageDelivered(context, page),
        .serverStopped(ServerStopped(reason: "SIGTERM")),
    ]
}
