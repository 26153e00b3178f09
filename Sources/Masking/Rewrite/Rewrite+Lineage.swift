import Catalog
import GoogleSQL
import Locks

extension Rewrite {
    /// What the result's columns derive from.
    func lineage() -> LineageSource {
        let labels = walk.pseudo.uses.isEmpty ? nil : pseudoLabels
        return LineageSource(walk: walk, names: names, scans: scans, calls: callSources, labels: labels)
    }
}

/// A rewritten query as far as its lineage needs it.
struct LineageSource: Sendable {
    let walk: QueryWalk
    let names: NameTable
    let scans: [TableScan?]
    /// What the calls of functions that somebody wrote derive from, by their first tokens.
    let calls: [Int: CallSources]
    /// nil when the query names no pseudo-column.
    let labels: PseudoLabels?

    /// What the result's columns derive from.
    func output() -> OutputLineage {
        guard case .query(let query) = walk.parsed.statement else { return OutputLineage(columns: nil, labels: []) }
        let context = LineageContext(walk: walk, names: names)
        let tables = scans.map { scan in
            scan.map { LineageRows(ScanColumns($0, context)) } ?? LineageRows(columns: nil)
        }
        let output = LineageWalk(walk, tables: tables, calls: calls, context: context).output(of: query)
        guard let labels else { return output }
        return OutputLineage(columns: output.columns, labels: output.labels.map { $0.map(labels.resultName) })
    }
}

/// The lineage of a query, worked out when it is first asked for: nobody needs it before the answer, and BigQuery can
/// work on the query meanwhile.
final class DeferredLineage: Sendable {
    private enum State {
        case source(LineageSource)
        case output(OutputLineage)
    }

    private let state: Locked<State>

    init(_ source: LineageSource) {
        state = Locked(.source(source))
    }

    /// The lineage; the query's tree is given up once it is known.
    var output: OutputLineage {
        state.withLock { state in
            switch state {
            case .output(let output): return output
            case .source(let source):
                let output = source.output()
                state = .output(output)
                return output
            }
        }
    }
}
