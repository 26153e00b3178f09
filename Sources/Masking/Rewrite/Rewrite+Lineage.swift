import Catalog
import GoogleSQL

extension Rewrite {
    /// What the result's columns derive from.
    func lineage() -> OutputLineage {
        guard case .query(let query) = walk.parsed.statement else { return OutputLineage(columns: nil, labels: []) }
        let context = LineageContext(walk: walk, names: names)
        let tables = scans.map { scan in
            scan.map { LineageRows(ScanColumns($0, context)) } ?? LineageRows(columns: nil)
        }
        let output = LineageWalk(walk, tables: tables, context: context).output(of: query)
        guard !walk.pseudo.uses.isEmpty else { return output }
        return OutputLineage(columns: output.columns, labels: output.labels.map { $0.map(resultName) })
    }
}
