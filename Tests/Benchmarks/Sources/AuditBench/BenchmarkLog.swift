import Audit
import Cryptography
import Foundation

/// A log as a server has it, and entries of about 600 bytes.
struct BenchmarkLog {
    private static let context = AuditContext(
        actor: AuditActor(
            issuer: "https://login.bank.example/tenant-1",
            subject: "alice.example@bank.example",
            client: "claude-code",
            roles: ["analyst"],
            kind: "human"
        ),
        session: "aaaabbbbccccddddeeeeffffgggghhhh",
        request: "kkkkllllmmmmnnnnooooppppqqqqrrrr",
        software: "claude-code 2.1",
        mappingDigest: String(repeating: "ab", count: 32)
    )
    private static let query = AuditQuery(
        sqlShape: "SELECT email, balance FROM bank.customers WHERE ssn = ?",
        texts: CommittedTexts(
            originalSQL: "SELECT email, balance FROM bank.customers WHERE ssn = '123-45-6789'",
            rewrittenSQL: "SELECT email, balance FROM (SELECT * FROM bank.customers) WHERE ssn = '123-45-6789'"
        ),
        tables: ["demo.bank.customers"],
        maskedColumns: []
    )
    /// Fill the entries of metadata up to 600 bytes.
    private static let tables = [
        "demo.bank.customers", "demo.bank.accounts", "demo.bank.transactions_of_2026",
        "demo.bank.customers_by_branch_and_by_segment_in_2026",
    ]

    private let directory: String
    private let keys: KeyRing
    private let log: AuditLog

    init(directory: String) throws {
        self.directory = directory
        keys = try KeyRing.generate(now: .now)
        log = try AuditLog(directory: directory, keys: keys)
    }

    func append(number: Int, withTexts: Bool) async throws {
        if withTexts {
            let job = AuditJob(project: "demo", location: "US", jobID: "scrim_job_\(number)")
            let event = JobSubmitted(job: job, tool: "query", query: Self.query, bytesBilledMax: 100_000_000_000)
            _ = try await log.append(jobSubmitted: event, context: Self.context)
        } else {
            let event = MetadataRead(tool: "list_tables", resources: Self.tables, itemCount: number)
            _ = try await log.append(.metadataRead(Self.context, event))
        }
    }

    func close() async throws { try await log.close() }

    func verifierKey() throws -> String { try AuditSigner(keys: keys, origin: log.origin).verifierKeys[0] }

    /// The mean size of the first entries, in bytes.
    func meanEntryBytes() throws -> Int {
        let bundle = try Data(contentsOf: URL(fileURLWithPath: directory + "/tile/entries/000"))
        return bundle.count / 256 - 2
    }
}
