import Audit
import BigQuery
import Cryptography
import Foundation
import HTTPTransport
import Reconciliation

/// One run of `scrim audit reconcile`: what is compared with what, and reading both.
struct ReconciliationRun {
    private let command: AuditCommand.Reconcile
    private let configuration: Configuration?
    private let endpoint: BigQueryEndpoint
    private let logs: [ReconciledLog]
    /// The accounts whose every job must be in the log.
    private let accounts: [String]
    /// By the clock of this machine, before anything was read: what comes later is not compared.
    private let startedAt = Moment.now

    init(_ command: AuditCommand.Reconcile) throws {
        self.command = command
        let environment = ProcessInfo.processInfo.environment
        configuration = try command.config.map { path throws(ConfigurationError) in
            try Configuration.load(path, environment: environment)
        }
        endpoint = try configuration?.warehouse.endpoint.map { try BigQueryEndpoint($0) } ?? .google
        let directories =
            command.directory.isEmpty ? [configuration?.audit.directory].compactMap(\.self) : command.directory
        logs = try ReconciledLog.all(in: directories, keys: Self.ring(command, configuration))
        accounts = try Self.accounts(command, configuration, endpoint)
    }

    /// The ring that is named, or that of the configuration where this machine has it.
    private static func ring(_ command: AuditCommand.Reconcile, _ configuration: Configuration?) throws -> KeyRing? {
        if let keys = command.keys { return try KeyRing.load(file: keys) }
        guard let path = configuration?.keys.audit, FileManager.default.isReadableFile(atPath: path) else { return nil }
        return try KeyRing.load(file: path)
    }

    private static func accounts(
        _ command: AuditCommand.Reconcile,
        _ configuration: Configuration?,
        _ endpoint: BigQueryEndpoint
    ) throws(ConfigurationError) -> [String] {
        var accounts = command.serviceAccount
        if accounts.isEmpty, let credentials = configuration?.warehouse.credentials {
            // An auditor's machine need not hold the server's credential.
            if let account = try? CredentialSource.account(of: credentials, for: endpoint) { accounts = [account] }
        }
        guard !accounts.isEmpty else {
            throw ConfigurationError("it is not known whose jobs to look for: name the server's by --service-account")
        }
        return Set(accounts.map { $0.lowercased() }).sorted()
    }

    // MARK: Comparing

    func report() async throws -> ReconciliationReport {
        let before = min(command.to.flatMap(AuditMoment.end) ?? startedAt, startedAt)
        let asked = command.from.flatMap(AuditMoment.begin)
        var notices: [String] = []
        let from = try asked ?? begin(before: before, &notices)
        guard let period = ReconciliationPeriod(from: from, before: before) else {
            throw ConfigurationError("the period from \(Moment.text(from)) to \(Moment.text(before)) is empty")
        }
        if command.credentials != nil, from < startedAt - JobHistoryQuery.retentionMicroseconds {
            throw ConfigurationError(
                """
                INFORMATION_SCHEMA.JOBS keeps jobs for 180 days, back to \
                \(Moment.text(startedAt - JobHistoryQuery.retentionMicroseconds)): begin later by --from, or give an \
                export of Cloud Audit Logs by --cloud-audit-log
                """
            )
        }
        var logged = LoggedJobs(period: period)
        for log in logs { try log.read(into: &logged) }
        var reconciler = Reconciler(period: period, accounts: accounts, askedAt: Moment.now)
        let source =
            if let credentials = command.credentials {
                try await readHistory(credentials, logged, period, into: &reconciler)
            } else {
                try readFiles(period, into: &reconciler, &notices)
            }
        // A log is written on while it is read, and clocks differ.
        if reconciler.hasRecentStranger(to: logged) { for log in logs { try log.read(into: &logged) } }
        return ReconciliationReport(
            outcome: reconciler.compare(with: logged),
            period: period,
            accounts: accounts,
            logs: logs,
            source: source,
            notices: notices
        )
    }

    /// Without `--from`: the logs' begin, and as far back as BigQuery's view goes.
    private func begin(before: Int64, _ notices: inout [String]) throws -> Int64 {
        var first: Int64?
        for log in logs { if let time = try log.begin() { first = min(first ?? time, time) } }
        guard let first else { throw ConfigurationError("the logs have no entries") }
        let earliest = startedAt - JobHistoryQuery.retentionMicroseconds
        guard command.credentials != nil, first < earliest else { return first }
        // A minute later, so that what is asked for is there while it is read.
        let from = earliest + 60_000_000
        notices.append(
            "the log begins at \(Moment.text(first)), but INFORMATION_SCHEMA.JOBS keeps jobs for 180 days only"
        )
        return from
    }

    // MARK: BigQuery's side

    /// Asks for the jobs of each place where jobs ran, one after the other.
    private func readHistory(
        _ credentials: String,
        _ logged: LoggedJobs,
        _ period: ReconciliationPeriod,
        into reconciler: inout Reconciler
    ) async throws -> ReconciliationReport.Source {
        let key: ServiceAccountKey
        do {
            key = try ServiceAccountKey(file: credentials, for: endpoint)
        } catch {
            throw ConfigurationError("--credentials: \(error)")
        }
        guard !accounts.contains(key.email.lowercased()) else {
            throw ConfigurationError(
                "--credentials: that is the account whose jobs are looked for; an auditor needs one of their own"
            )
        }
        let transport = try HTTPTransport(
            configuration: HTTPTransport.Configuration(
                allowsPlainLoopback: endpoint.isLoopback,
                userAgent: "scrim/\(Version.current)"
            )
        )
        var reads: [ReconciliationReport.Source.Read] = []
        for place in places(logged).sorted() {
            let client = AdminClient(
                configuration: BigQueryClient.Configuration(
                    endpoint: endpoint,
                    project: place.project,
                    location: place.location
                ),
                key: key,
                transport: transport
            )
            let scope = JobHistoryQuery.Scope(
                project: place.project,
                location: place.location,
                createdFrom: period.madeFrom,
                createdBefore: period.madeBefore,
                accounts: accounts + [Reconciler.accountOfBigQuery]
            )
            guard let query = JobHistoryQuery(scope) else {
                throw ConfigurationError("`\(place.location)` is no location of BigQuery's")
            }
            let read = try await client.readHistory(
                query,
                jobID: "scrim_audit_\(Hex.encode(try SecureRandom.bytes(16)))",
                request: Hex.encode(try SecureRandom.bytes(16)),
                bytesBilledMax: Quantity.bytes(command.maxBytesBilled) ?? 1
            ) { reconciler.add($0) }
            reads.append(ReconciliationReport.Source.Read(place: place, read: read))
        }
        return .history(account: key.email, reads)
    }

    private func places(_ logged: LoggedJobs) -> Set<LoggedJobs.Place> {
        var places = logged.places
        if let warehouse = configuration?.warehouse {
            places.insert(LoggedJobs.Place(project: warehouse.project, location: warehouse.location))
        }
        for project in Set(places.map(\.project)) {
            for location in command.location {
                places.insert(LoggedJobs.Place(project: project, location: location))
            }
        }
        return places
    }

    private func readFiles(
        _ period: ReconciliationPeriod,
        into reconciler: inout Reconciler,
        _ notices: inout [String]
    ) throws -> ReconciliationReport.Source {
        var files: [(path: String, content: CloudAuditLogFile.Content)] = []
        for path in command.cloudAuditLog {
            files.append((path, try CloudAuditLogFile(path: path).read { reconciler.add($0) }))
        }
        guard files.contains(where: { $0.content.jobEntryCount > 0 }) else {
            throw ConfigurationError("the files hold no entry about a job of BigQuery's")
        }
        if let first = files.compactMap(\.content.first).min(), first > period.from {
            notices.append("the first entry of the files is of \(Moment.text(first)), after the period begins")
        }
        if let last = files.compactMap(\.content.last).max(), last < period.before {
            notices.append("the last entry of the files is of \(Moment.text(last)), before the period ends")
        }
        return .files(files)
    }
}
