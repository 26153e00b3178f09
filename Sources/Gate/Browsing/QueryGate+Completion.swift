import Audit
import BigQuery
import Catalog
import Identity
import JSON
import Locks
import Masking

/// What a half-typed name may be the name of.
public enum CompletionSubject: Sendable, Hashable {
    /// A project that holds a dataset.
    case project
    /// A dataset by its name alone; of this project, or of all.
    case dataset(inProject: String?)
    /// A dataset as queries name it.
    case datasetName
    /// A table by its name alone, of this project and dataset.
    case table(inProject: String?, dataset: String)
    /// A table as queries name it: `dataset.table`.
    case tableName
    /// A column of a table that is named as in queries; nested ones as `a.b`.
    case column(ofTable: String)
}

extension CompletionSubject {
    /// Where it was looked for, for the log; nil everywhere.
    var place: String? {
        switch self {
        case .project, .datasetName, .tableName, .dataset(nil): nil
        case .dataset(let project?): project
        case .table(nil, let dataset): dataset
        case .table(let project?, let dataset): "\(project).\(dataset)"
        case .column(let table): table
        }
    }
}

/// Names that begin as it was asked.
public struct Completion: Sendable, Hashable {
    /// The first names, at most ``valuesMax``.
    public let values: [String]
    /// How many there are; nil when that is not known.
    public let total: Int?
    /// Whether there are more.
    public let hasMore: Bool

    /// The most values of an answer (revision 2026-07-28, server/utilities/completion).
    public static let valuesMax = 100

    /// What is said when it was asked too often: there may be names, ask again.
    static let notNow = Completion(values: [], total: nil, hasMore: true)
}

/// How often sessions may ask for completions: some 10 a second, 30 at once, which is faster than anybody types.
final class CompletionRate: Sendable {
    private struct Allowance {
        var left: Double
        var time: ContinuousClock.Instant
    }

    static let burst = 30.0
    static let perSecond = 10.0
    /// Sessions that are told apart; beyond this all start anew.
    static let sessionsMax = 10_000

    private let allowances = Locked<[SessionID: Allowance]>([:])

    /// Takes one; false when the session has none left at that time.
    func take(_ session: SessionID, at now: ContinuousClock.Instant = .now) -> Bool {
        allowances.withLock { allowances in
            if allowances.count >= Self.sessionsMax, allowances[session] == nil { allowances.removeAll() }
            var allowance = allowances[session] ?? Allowance(left: Self.burst, time: now)
            let elapsed = allowance.time.duration(to: now) / .seconds(1)
            allowance.left = min(Self.burst, allowance.left + max(elapsed, 0) * Self.perSecond)
            allowance.time = now
            let isAllowed = allowance.left >= 1
            if isAllowed { allowance.left -= 1 }
            allowances[session] = allowance
            return isAllowed
        }
    }
}

/// Names that the caller may see, for completion as they type.
extension QueryGate {
    private static let complete = "completion/complete"
    /// The longest beginning of a name, in UTF-8 bytes; names are shorter.
    private static let prefixBytesMax = 4096

    /// The names that begin with `prefix`, ignoring case, sorted. What the caller may not see is not there.
    public func complete(
        _ subject: CompletionSubject,
        prefix: String,
        for caller: Caller
    ) async throws(GateFailure) -> Completion {
        guard completionRate.take(caller.session) else { return .notNow }
        let caller = requester(caller)
        do throws(GateFailure) {
            let policy = try admit(caller, to: Self.complete)
            guard prefix.utf8.count <= Self.prefixBytesMax else {
                return Completion(values: [], total: 0, hasMore: false)
            }
            let found = try await names(of: subject, prefix: prefix.lowercased(), under: policy).sorted()
            let values = Array(found.prefix(Completion.valuesMax))
            let answer: JSONObject = ["values": .array(values.map { .string($0) })]
            try await recordRead(
                Self.complete,
                subject.place.map { [$0] } ?? [],
                values.count,
                caller,
                answer: answer
            )
            return Completion(values: values, total: found.count, hasMore: values.count < found.count)
        } catch {
            throw await recorded(error, tool: Self.complete, for: caller)
        }
    }

    private func names(
        of subject: CompletionSubject,
        prefix: String,
        under policy: MaskingPolicy
    ) async throws(GateFailure) -> Set<String> {
        let datasets = visibleDatasets(under: policy)
        switch subject {
        case .project:
            return Set(datasets.map(\.project)).filter { $0.begins(with: prefix) }
        case .dataset(let project):
            let inside = datasets.filter { project == nil || $0.project == project }
            return Set(inside.map(\.dataset)).filter { $0.begins(with: prefix) }
        case .datasetName:
            return Set(datasets.map { name(of: $0) }).filter { $0.begins(with: prefix) }
        case .table(let project, let dataset):
            let inside = datasets.filter { (project == nil || $0.project == project) && $0.dataset == dataset }
            var found: Set<String> = []
            for id in inside { found.formUnion(try await families(in: id).map(\.newest.id.table)) }
            return found.filter { $0.begins(with: prefix) }
        case .tableName:
            return try await tableNames(prefix: prefix, in: datasets)
        case .column(let table):
            guard let id = tableID(table), schemas.isVisible(id.datasetID, under: policy),
                let schema = await recentCatalog.schemas(of: [id], under: policy)[id]
            else { return [] }
            return Set(policy.describe(schema).map(\.path)).filter { $0.begins(with: prefix) }
        }
    }

    /// Tables as queries name them; a word without a dot may also be the beginning of the table's own name.
    private func tableNames(prefix: String, in datasets: [DatasetID]) async throws(GateFailure) -> Set<String> {
        var found: Set<String> = []
        for dataset in datasets {
            let stem = "\(name(of: dataset))."
            let isInside = prefix.hasPrefix(stem.lowercased())
            guard isInside || stem.begins(with: prefix) || !prefix.contains(".") else { continue }
            for family in try await families(in: dataset) {
                let table = family.newest.id.table
                if "\(stem)\(table)".begins(with: prefix) || table.begins(with: prefix) { found.insert(stem + table) }
            }
        }
        return found
    }
}

extension String {
    /// Whether it begins with a text that is in lower case, ignoring its own case.
    fileprivate func begins(with prefix: String) -> Bool { lowercased().hasPrefix(prefix) }
}
