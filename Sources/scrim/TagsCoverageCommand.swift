import ArgumentParser
import Audit
import BigQuery
import Catalog
import Cryptography
import JSON
import Masking
import Tagging

extension TagsCommand {
    /// `scrim tags coverage`.
    struct Coverage: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "coverage",
            abstract: "Finds columns without a tag that look sensitive, by their values and by their names.",
            discussion: """
                Values are counted inside BigQuery (SSNs, card numbers, IBANs, e-mail addresses, telephone numbers); no \
                cell leaves it. What it would read is told before anything runs. Exit code 1: there are such columns, or \
                a table could not be looked at.

                EXAMPLE: scrim tags coverage --config scrim.yaml --credentials admin.json --dataset bank
                """
        )

        @OptionGroup var access: Access

        @Option(name: .long, help: "Only this dataset; default: all of the configuration.")
        var dataset: String?

        @Option(name: .long, help: "Only this table, as `dataset.table`.")
        var table: String?

        @Option(name: .long, help: "The most rows of a table that are looked at.")
        var sampleRows: Int64 = 10_000

        @Option(name: .long, help: "Read only so many percent of a table's storage (TABLESAMPLE).")
        var samplePercent: Int?

        @Option(name: .long, help: "The most that all queries together may bill; beyond it nothing runs.")
        var maxBytesBilled = "10GB"

        @Flag(name: .long, help: "Only tell what it would read.")
        var estimate = false

        @Flag(name: .long, help: "Judge by names only; no query is run.")
        var namesOnly = false

        @Flag(name: .long, help: "Answer in JSON.")
        var json = false

        func validate() throws {
            guard CoverageSample(rowsMax: sampleRows, percent: samplePercent) != nil else {
                throw ValidationError("--sample-rows must be positive, --sample-percent 1 to 100")
            }
            guard Quantity.bytes(maxBytesBilled) != nil else {
                throw ValidationError("--max-bytes-billed must be an amount such as 10GB")
            }
        }

        /// For the log: what is read, and how much of it.
        private var arguments: [String: String?] {
            [
                "dataset": dataset, "table": table, "names_only": String(namesOnly), "estimate": String(estimate),
                "sample_rows": String(sampleRows), "max_bytes_billed": maxBytesBilled,
            ]
        }

        func run() async throws {
            try await TagsCommand.reporting {
                try await AdminSession.run(access, "tags coverage", arguments) { session in
                    guard let limit = Quantity.bytes(maxBytesBilled) else { return }
                    var survey = CoverageSurvey(session: session, bytesBilledMax: limit)
                    try await survey.read(session.tables(dataset: dataset, table: table))
                    if !namesOnly, let sample = CoverageSample(rowsMax: sampleRows, percent: samplePercent) {
                        try await survey.prepare(sample)
                        StandardError.print("scrim: \(survey.estimateText)")
                        if estimate { return }
                        try await survey.run()
                    }
                    try await session.recordReading(
                        "tags_coverage",
                        survey.schemas.map(\.id.description),
                        itemCount: survey.findings.count
                    )
                    print(json ? survey.json.text : survey.text)
                    if !survey.findings.isEmpty || !survey.problems.isEmpty { throw ExitCode(1) }
                }
            }
        }
    }
}

/// One look at some tables: which, what it costs, what was found.
private struct CoverageSurvey {
    /// BigQuery bills at least this for a table that a query reads
    /// (<https://cloud.google.com/bigquery/pricing#on_demand_pricing>).
    private static let billedMin: Int64 = 10_485_760

    let session: AdminSession
    let bytesBilledMax: Int64
    private(set) var schemas: [TableSchema] = []
    private(set) var findings: [CoverageFinding] = []
    private(set) var problems: [String] = []
    private var queries: [CoverageQuery] = []
    private var estimatedBytes: Int64 = 0

    init(session: AdminSession, bytesBilledMax: Int64) {
        self.session = session
        self.bytesBilledMax = bytesBilledMax
    }

    /// Reads the schemas, and judges the columns by their names for now.
    mutating func read(_ tables: [TableID]) async throws {
        for id in tables {
            switch try await session.client.table(id) {
            case .found(let resource):
                // A view's columns are those of tables.
                if resource.schema.kind.viewDefinition == nil { schemas.append(resource.schema) }
            case .absent: problems.append("`\(id)` is not found")
            case .unreadable(let reason): problems.append("`\(id)` cannot be read: \(reason)")
            }
        }
        judge([:])
    }

    /// Makes the queries and asks what they would read; nothing runs if that is too much.
    mutating func prepare(_ sample: CoverageSample) async throws {
        for schema in schemas {
            switch schema.kind {
            case .table, .clone, .snapshot, .external: break
            case .view, .materializedView, .model, .unknown: continue
            }
            let untagged = Set(Coverage.untagged(in: schema).map(\.path))
            for query in CoverageQuery.queries(for: schema, sample: sample, where: untagged.contains) {
                guard let bytes = try await estimate(query) else { continue }
                queries.append(query)
                let (sum, overflow) = estimatedBytes.addingReportingOverflow(max(bytes, Self.billedMin))
                estimatedBytes = overflow ? .max : sum
            }
        }
        guard estimatedBytes <= bytesBilledMax else {
            throw ConfigurationError(
                "\(estimateText), over --max-bytes-billed; nothing was run: name --dataset or --table, or raise it"
            )
        }
    }

    /// The bytes that a query would read; null where BigQuery does not take it, which is told and hides no other table.
    private mutating func estimate(_ query: CoverageQuery) async throws -> Int64? {
        do {
            return try await session.client.estimate(.coverage(query))
        } catch {
            guard [400, 403, 404].contains(error.httpStatus) else { throw error }
            problems.append("values of `\(query.table)` cannot be looked at: \(error)")
            return nil
        }
    }

    var estimateText: String {
        "\(AuditCommand.count(queries.count, "query", "queries")) over "
            + "\(AuditCommand.count(Set(queries.map(\.table)).count, "table")) may bill up to \(estimatedBytes) bytes"
    }

    /// Runs the queries one after the other, and judges by values and names.
    mutating func run() async throws {
        var counts: [TableID: [String: CoverageCounts]] = [:]
        for query in queries {
            for counted in query.counts(in: try await run(.coverage(query))) {
                counts[query.table, default: [:]][counted.path] = counted
            }
        }
        judge(counts)
    }

    private mutating func judge(_ counts: [TableID: [String: CoverageCounts]]) {
        let coverage = Coverage(tags: session.mapping.tags, threshold: CoverageThreshold())
        findings = schemas.flatMap { coverage.findings(in: $0, counts: counts[$0.id] ?? [:]) }
    }

    /// One job, recorded before it is sent and when its end is known.
    private func run(_ query: AdminQuery) async throws -> AdminAnswer {
        let warehouse = session.configuration.warehouse
        let job = AuditJob(
            project: warehouse.project,
            location: warehouse.location,
            jobID: "scrim_admin_\(Hex.encode(try SecureRandom.bytes(16)))"
        )
        let options = try AdminClient.options(
            of: query,
            request: session.context.request,
            bytesBilledMax: bytesBilledMax
        )
        let audited = AuditQuery(
            sqlShape: query.summary,
            texts: CommittedTexts(originalSQL: query.sql, rewrittenSQL: nil),
            tables: [query.table.description],
            maskedColumns: []
        )
        let receipt = try await session.log.append(
            jobSubmitted: JobSubmitted(
                job: job,
                tool: query.command,
                query: audited,
                bytesBilledMax: bytesBilledMax,
                sentShapeDigest: TextDigest.withoutLiterals(query.sql)
            ),
            context: session.context
        )
        do {
            let answer = try await session.client.run(query, options: options, receipt: receipt)
            var statistics = JobEnded.Statistics()
            statistics.bytesProcessed = answer.statistics.bytesProcessed
            statistics.bytesBilled = answer.statistics.bytesBilled
            statistics.slotMilliseconds = answer.statistics.slotMilliseconds
            try await end(
                JobEnded(
                    job: job,
                    outcome: .done,
                    statistics: statistics,
                    referencedTables: answer.statistics.referencedTables.map(\.description).sorted()
                )
            )
            return answer
        } catch let error as BigQueryError {
            try await end(JobEnded(job: job, outcome: .failed, reason: error.reason.name))
            throw error
        }
    }

    private func end(_ event: JobEnded) async throws {
        _ = try await session.log.append(.jobEnded(session.context, event))
    }

    // MARK: Answers

    var json: JSONValue {
        [
            "tables": .integer(Int64(schemas.count)), "findings": .array(findings.map(\.json)),
            "problems": .array(problems.map { .string($0) }),
        ]
    }

    var text: String {
        let rows = findings.map { finding -> [String] in
            let share = finding.percent.map { "\($0) % of values" } ?? "–"
            return [
                "\(finding.table).\(finding.column)", finding.type, finding.kind.rawValue,
                finding.evidence.map(\.rawValue).joined(separator: " and "), share,
                finding.suggestedTag.map { "→ \($0)" } ?? "–",
            ]
        }
        let count = AuditCommand.count(findings.count, "column")
        let end = "\(count) without a tag in \(AuditCommand.count(schemas.count, "table")) look sensitive"
        let lines = rows.isEmpty ? [] : [TextColumns.aligned(rows)]
        return (lines + problems.map(AuditCommand.printable) + [end]).joined(separator: "\n")
    }
}

extension CoverageFinding {
    fileprivate var json: JSONValue {
        [
            "table": .string(table.description), "column": .string(column), "type": .string(type),
            "kind": .string(kind.rawValue), "percent": percent.map { .integer(Int64($0)) } ?? .null,
            "found_by": .array(evidence.map { .string($0.rawValue) }),
            "suggested_tag": suggestedTag.map { .string($0) } ?? .null,
        ]
    }
}
