import ArgumentParser
import Audit
import BigQuery
import Cryptography
import Foundation
import JSON
import Reconciliation

extension AuditCommand {
    /// `scrim audit reconcile`.
    struct Reconcile: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "reconcile",
            abstract: "Compares the log with BigQuery's own history of jobs, in both directions.",
            discussion: """
                Tells which jobs of the service account the log does not know (somebody went past Scrim), which jobs of \
                the log BigQuery does not know, and where text, bytes, tables, labels or account are not alike. BigQuery's \
                side is INFORMATION_SCHEMA.JOBS, read under the auditor's own --credentials, or an export of Cloud Audit \
                Logs. The log of admin commands beside a log is read as well. Exit code 0: no differences; 1: \
                differences; 2: it could not be compared.

                EXAMPLE: scrim audit reconcile --config scrim.yaml --credentials auditor.json --from 2026-11-01
                EXAMPLE: scrim audit reconcile --directory a/audit --directory b/audit --cloud-audit-log export.json \
                --service-account scrim-data@p.iam.gserviceaccount.com --keys keys/audit
                """
        )

        @Option(name: .long, help: "The server's configuration: its log, project, location, account and endpoint.")
        var config: String?

        @Option(
            name: .long,
            help: "A log directory, or a copy of one; may be given several times. Default: that of --config."
        )
        var directory: [String] = []

        @Option(name: .long, help: "The auditor's own service-account key file; never the server's.")
        var credentials: String?

        @Option(
            name: .long,
            help: "In place of --credentials: a file of entries of Cloud Audit Logs; may be given several times."
        )
        var cloudAuditLog: [String] = []

        @Option(
            name: .long,
            help: """
                An account whose every job must be in the log; may be given several times. Default: that of --config's key.
                """
        )
        var serviceAccount: [String] = []

        @Option(
            name: .long,
            help: "The audit key ring, which opens the texts that were sent. Default: that of --config."
        )
        var keys: String?

        @Option(
            name: .long,
            help: "From when on: 2026-11-01, or a time such as 2026-11-01T06:00:00Z. Default: the log's begin."
        )
        var from: String?

        @Option(name: .long, help: "To the end of this day, or before this time. Default: now.")
        var to: String?

        @Option(
            name: .long,
            help: """
                A further location in which BigQuery is asked for jobs, such as EU; may be given several times. Those of \
                the log and of --config are asked for in any case.
                """
        )
        var location: [String] = []

        @Option(name: .long, help: "The most that reading the history may bill, for each location.")
        var maxBytesBilled = "100GB"

        @Flag(name: .long, help: "Answer in JSON.")
        var json = false

        func validate() throws {
            guard config != nil || !directory.isEmpty else {
                throw ValidationError("name the logs by --config or --directory")
            }
            guard (credentials == nil) == !cloudAuditLog.isEmpty else {
                throw ValidationError("name either --credentials or --cloud-audit-log")
            }
            guard location.isEmpty || credentials != nil else {
                throw ValidationError("--location goes together with --credentials")
            }
            try AuditMoment.check([("--from", from), ("--to", to)])
            guard Quantity.bytes(maxBytesBilled) != nil else {
                throw ValidationError("--max-bytes-billed must be an amount such as 10GB")
            }
        }

        func run() async throws {
            let source = credentials == nil ? "cloud-audit-log" : "history"
            // Logs that are named by their directories are copies, which have no keys beside them.
            try await AuditRead("reconcile", ["from": from, "to": to, "source": source]).record(
                config: directory.isEmpty ? config : nil,
                admin: false
            )
            let report: ReconciliationReport
            do {
                report = try await ReconciliationRun(self).report()
            } catch {
                StandardError.print("scrim: \(AuditCommand.printable(Self.text(of: error)))")
                throw ExitCode(2)
            }
            print(json ? report.json.text : report.text)
            if report.outcome.differs { throw ExitCode(1) }
        }

        /// Nothing was compared, whatever the reason.
        private static func text(of error: any Error) -> String {
            guard let error = error as? BigQueryError else { return "could not compare: \(error)" }
            guard error.reason == .accessDenied else { return "could not compare: bigquery: \(error)" }
            return """
                could not compare: bigquery: \(error): the auditor's account needs `bigquery.jobs.listAll` \
                (roles/bigquery.resourceViewer) and `bigquery.jobs.create` (roles/bigquery.jobUser) in the project
                """
        }
    }
}
