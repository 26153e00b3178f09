import Foundation
import GoogleSQL
import Testing

/// The measuring corpus, which lies beside the project or not at all.
private enum Corpus {
    static let file = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .appending(path: "../../../shared/corpus/open.jsonl").standardizedFileURL

    static var isPresent: Bool { FileManager.default.fileExists(atPath: file.path()) }
}

/// Agreement with the reference implementation on the corpus.
struct CorpusTests {
    /// One statement with what the reference says of it.
    private struct Row {
        let id: String
        let sql: String
        let isAccepted: Bool
        let isQuery: Bool
        let position: [Int]?
        let tables: Set<Place>
    }

    private struct Place: Hashable {
        let path: [String]
        let bytes: Range<Int>
    }

    private static func rows() throws -> [Row] {
        let roles: Set<String> = ["read", "dml", "source"]
        return try String(contentsOf: Corpus.file, encoding: .utf8).split(separator: "\n").compactMap { line in
            guard let row = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
                row["bigquery"] as? Bool == true, row["kind"] as? String == "statement",
                let id = row["id"] as? String, let sql = row["sql"] as? String,
                // Foundation drops a byte order mark at the start of a text; such a row is no longer what it was.
                row["n_bytes"] as? Int == sql.utf8.count
            else { return nil }
            let references = row["refs"] as? [[String: Any]] ?? []
            let tables = references.compactMap { reference -> Place? in
                guard roles.contains(reference["role"] as? String ?? ""), let path = reference["path"] as? [String],
                    let start = reference["start"] as? Int, let end = reference["end"] as? Int
                else { return nil }
                return Place(path: path, bytes: start..<end)
            }
            return Row(
                id: id,
                sql: sql,
                isAccepted: row["verdict"] as? String == "ok",
                isQuery: row["statement_kind"] as? String == "QueryStatement",
                position: row["pos"] as? [Int],
                tables: Set(tables)
            )
        }
    }

    /// What is counted, over all rows.
    private struct Score {
        var queries = 0
        var refused: [String] = []
        var wronglyAccepted: [String] = []
        var missed: [String] = []
        var invented: [String] = []
        var broken: [String] = []
        var errors = 0
        var errorsElsewhere = 0
    }

    @Test(.enabled(if: Corpus.isPresent, "../shared/corpus/open.jsonl is not there"))
    func `queries of the corpus are read as the reference reads them`() throws {
        var score = Score()
        for (number, row) in try Self.rows().enumerated() {
            Self.count(row, survey: number.isMultiple(of: 10), &score)
        }
        #expect(score.queries > 15_000)
        #expect(score.refused == [])
        #expect(score.wronglyAccepted == [])
        #expect(score.missed == [])
        #expect(score.invented == [])
        #expect(score.broken == [])
        #expect(Double(score.errorsElsewhere) <= Double(score.errors) * 0.03)
    }

    private static func count(_ row: Row, survey: Bool, _ score: inout Score) {
        if row.isQuery, row.isAccepted { score.queries += 1 }
        do {
            let parsed = try Parser.parse(statement: row.sql)
            guard case .query = parsed.statement else {
                if row.isQuery, row.isAccepted { score.refused.append(row.id) }
                return
            }
            if let failure = invariantFailure(of: parsed, survey: survey) {
                score.broken.append("\(row.id): \(failure)")
            }
            guard row.isAccepted else {
                score.wronglyAccepted.append(row.id)
                return
            }
            let found = parsed.tableReferences().filter { $0.role == .read }
            let places = Set(found.map { Place(path: $0.path, bytes: $0.bytes) })
            if !row.tables.isSubset(of: places) { score.missed.append(row.id) }
            if !places.isSubset(of: row.tables) { score.invented.append(row.id) }
        } catch {
            if row.isAccepted {
                if row.isQuery { score.refused.append(row.id) }
                return
            }
            score.errors += 1
            if row.position != [error.position.line, error.position.column] { score.errorsElsewhere += 1 }
        }
    }
}
