import ArgumentParser
import BigQuery
import Catalog
import Foundation
import Gate
import GoogleSQL
import JSON
import Masking

/// `scrim explain`: what would be sent, or why not; nothing is run.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Shows the rewritten SQL and the masked columns of a query, or the refusals. Nothing is run.",
        discussion: """
            Schemas come from BigQuery, or with --catalog from a file. Exit code 0: it would run, 1: refused.

            With --mapping and --catalog no configuration is needed; then all datasets of the catalog exist.

            EXAMPLE: scrim explain --config scrim.yaml --role analyst 'SELECT ssn FROM customers'
            """
    )

    @Option(name: .long, help: "The configuration file. Not needed with --mapping and --catalog.")
    var config: String?

    @Option(name: .long, help: "The mapping directory, in place of the configured one.")
    var mapping: String?

    @Option(
        name: .long,
        help: "Without --config: the project of names that have none; that of the catalog unless told."
    )
    var project: String?

    @Option(
        name: .customLong("default-dataset"),
        help: "Without --config: where unqualified table names are looked up."
    )
    var defaultDataset: String?

    @Option(name: .long, help: "A role to explain for; several are put together as the mapping says.")
    var role: [String] = []

    @Option(name: .long, help: "Tables as a JSON array of what BigQuery's tables.get returns, in place of BigQuery.")
    var catalog: String?

    @Flag(name: .long, help: "Answer in JSON.")
    var json = false

    @Flag(name: .long, help: "Read lines {\"id\", \"sql\"} from standard input, and answer each with a line.")
    var jsonl = false

    @Argument(help: "The SQL.")
    var sql: String?

    func validate() throws {
        guard jsonl != (sql != nil) else { throw ValidationError("give either the SQL or --jsonl") }
        guard config != nil || (mapping != nil && catalog != nil) else {
            throw ValidationError("name --config, or both --mapping and --catalog")
        }
        guard config == nil || (project == nil && defaultDataset == nil) else {
            throw ValidationError("--project and --default-dataset are for use without --config")
        }
        guard !role.isEmpty else { throw ValidationError("give at least one --role") }
    }

    func run() async throws {
        let explainer: QueryExplainer
        do {
            explainer = try await makeExplainer()
        } catch {
            StandardError.print("scrim: \(error)")
            throw ExitCode(2)
        }
        if let sql { try await explain(sql, with: explainer) } else { try await explainLines(with: explainer) }
    }

    private func makeExplainer() async throws(ConfigurationError) -> QueryExplainer {
        let file = try catalog.map { (path) throws(ConfigurationError) in try CatalogFile.load(path) }
        let settings: GateSettings
        let directory: String
        let source: QueryExplainer.Source
        if let config {
            let configuration = try Configuration.load(config, environment: ProcessInfo.processInfo.environment)
            settings = GateSettings(configuration)
            directory = mapping ?? configuration.mapping
            source =
                if let file { .snapshot(file.snapshot) } else {
                    .bigQuery(try await Warehouse.client(configuration.warehouse))
                }
        } else if let file, let mapping {
            settings = try file.settings(project: project, defaultDataset: defaultDataset)
            directory = mapping
            source = .snapshot(file.snapshot)
        } else {
            throw ConfigurationError("name --config, or both --mapping and --catalog")
        }
        let mapping = try MappingDirectory.load(directory)
        guard let made = QueryExplainer(settings: settings, mapping: mapping, roles: role, source: source) else {
            throw ConfigurationError("the mapping has no role `\(role.joined(separator: "`, `"))`")
        }
        return made
    }

    private func explain(_ sql: String, with explainer: QueryExplainer) async throws {
        switch await explainer.explain(sql) {
        case .success(let query):
            print(json ? JSONValue.object(explainer.json(query)).text : text(of: query))
        case .failure(let failure):
            print(json ? JSONValue.object(failure.json).text : text(of: failure))
            throw ExitCode(1)
        }
    }

    private func explainLines(with explainer: QueryExplainer) async throws {
        while let line = readLine(strippingNewline: true) {
            guard !line.isEmpty else { continue }
            guard let request = try? JSONValue(parsing: Array(line.utf8)), let sql = request["sql"]?.stringValue else {
                StandardError.print("scrim: a line is not {\"id\", \"sql\"}")
                throw ExitCode(2)
            }
            var answer: JSONObject = ["id": request["id"] ?? .null]
            switch await explainer.explain(sql) {
            case .success(let query): for (key, value) in explainer.json(query) { answer[key] = value }
            case .failure(let failure): for (key, value) in failure.json { answer[key] = value }
            }
            print(JSONValue.object(answer).text)
        }
    }

    private func text(of query: MaskedQuery) -> String {
        var lines = [query.sql]
        if !query.maskedColumns.isEmpty { lines.append("\nmasked:") }
        for column in query.maskedColumns {
            lines.append("  \(column.table).\(column.column): \(column.rule.name) (\(column.tag))")
        }
        return lines.joined(separator: "\n")
    }

    private func text(of failure: GateFailure) -> String {
        failure.refusals.map { refusal in
            let place = refusal.position.map { "\($0.line):\($0.column): " } ?? ""
            return "\(place)\(refusal.code): \(refusal.message)\n  fix: \(refusal.fix)"
        }.joined(separator: "\n")
    }
}
