import ArgumentParser
import BigQuery
import Catalog
import JSON
import Masking
import Tagging

extension TagsCommand {
    /// `scrim tags list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Lists columns with their types and tags.",
            discussion: """
                Nested columns are `a.b`. Views are left out, because their columns are those of tables. Exit code 1: a \
                table could not be read.

                EXAMPLE: scrim tags list --config scrim.yaml --credentials admin.json --dataset bank --untagged
                """
        )

        @OptionGroup var access: Access

        @Option(name: .long, help: "Only this dataset; default: all of the configuration.")
        var dataset: String?

        @Option(name: .long, help: "Only this table, as `dataset.table`.")
        var table: String?

        @Flag(name: .long, help: "Only columns that carry a tag.")
        var tagged = false

        @Flag(name: .long, help: "Only columns that carry none and lie in no STRUCT that does.")
        var untagged = false

        @Flag(name: .long, help: "Answer in JSON.")
        var json = false

        func validate() throws {
            guard !(tagged && untagged) else { throw ValidationError("give --tagged or --untagged, not both") }
        }

        func run() async throws {
            try await TagsCommand.reporting {
                try await AdminSession.run(access, "tags list", ["dataset": dataset, "table": table]) { session in
                    var rows: [Row] = []
                    var problems: [String] = []
                    for id in try await session.tables(dataset: dataset, table: table) {
                        switch try await session.client.table(id) {
                        case .found(let resource):
                            rows += Self.rows(of: resource.schema, session.mapping.tags).filter(isAsked)
                        case .absent: problems.append("`\(id)` is not found")
                        case .unreadable(let reason): problems.append("`\(id)` cannot be read: \(reason)")
                        }
                    }
                    let tables = rows.map(\.table.description).reduce(into: [String]()) { tables, table in
                        if tables.last != table { tables.append(table) }
                    }
                    try await session.recordReading("tags_list", tables, itemCount: rows.count)
                    print(json ? JSONValue.array(rows.map(\.json)).text : Self.text(of: rows))
                    for problem in problems { StandardError.print("scrim: \(problem)") }
                    if !problems.isEmpty { throw ExitCode(1) }
                }
            }
        }

        private func isAsked(_ row: Row) -> Bool {
            if tagged { return !row.state.column.tags.isEmpty }
            return untagged ? !row.state.isTagged && !row.state.isStruct : true
        }

        private static func rows(of schema: TableSchema, _ tags: TagTable) -> [Row] {
            guard schema.kind.viewDefinition == nil else { return [] }
            return TagState.all(of: schema).map { Row(table: schema.id, state: $0, tags: tags) }
        }

        private static func text(of rows: [Row]) -> String {
            guard !rows.isEmpty else { return "no columns" }
            let cells = rows.map { ["\($0.table).\($0.state.path)", $0.state.typeText, $0.tagText] }
            return TextColumns.aligned(cells)
        }
    }

    /// One column of the list.
    private struct Row {
        let table: TableID
        let state: TagState
        let tags: TagTable

        var tagText: String {
            guard !state.column.tags.isEmpty else { return state.isCovered ? "(by the STRUCT around it)" : "–" }
            return state.column.tags.map { carrier in
                "\(tags.name(of: carrier) ?? "(no name)") [\(carrier.kindName) \(carrier.resource)]"
            }.joined(separator: ", ")
        }

        var json: JSONValue {
            let carriers = state.column.tags.map { carrier -> JSONValue in
                [
                    "tag": tags.name(of: carrier).map { .string($0) } ?? .null,
                    "resource": .string(carrier.resource), "carrier": .string(carrier.kindName),
                ]
            }
            return [
                "table": .string(table.description), "column": .string(state.path),
                "type": .string(state.column.type.name), "mode": .string(state.column.mode.name),
                "tags": .array(carriers), "covered": .bool(state.isCovered),
            ]
        }
    }
}

/// Cells under each other, for terminals; names come from the warehouse and can hold anything.
enum TextColumns {
    static func aligned(_ rows: [[String]]) -> String {
        let rows = rows.map { $0.map(AuditCommand.printable) }
        var widths: [Int] = []
        for row in rows {
            for (index, cell) in row.enumerated() {
                if index == widths.count { widths.append(0) }
                widths[index] = max(widths[index], cell.count)
            }
        }
        return rows.map { row in
            row.enumerated().map { index, cell in
                index == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[index] - cell.count)
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}
