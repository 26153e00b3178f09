public import Audit
public import BigQuery
import Catalog

/// Copies a log's entries into a table of the operator's, for as long as it runs: each at least once, in order, and only
/// what a checkpoint covers. The texts that are sealed beside the log stay where they are.
///
/// Nothing waits for it: neither the log nor a query. It holds one batch in memory.
public struct AuditSink: Sendable {
    /// How it goes about it.
    public struct Settings: Sendable {
        /// The log's directory.
        public let directory: String
        /// How long entries may wait before that is told and recorded.
        public let lagAllowed: Duration
        /// How often it looks for new entries.
        public var interval = Duration.seconds(2)
        /// The first pause after a failure; it doubles.
        public var firstDelay = Duration.seconds(1)
        /// The longest pause.
        public var delayMax = Duration.seconds(60)

        /// The settings of a server.
        public init(directory: String, lagAllowed: Duration) {
            self.directory = directory
            self.lagAllowed = lagAllowed
        }
    }

    /// Where the position is kept.
    public struct Store: Sendable {
        let load: @Sendable () throws -> [UInt8]?
        let save: @Sendable ([UInt8]) throws -> Void

        /// - Parameters:
        ///   - load: the bytes that were saved last; null when there are none.
        ///   - save: keeps bytes in the place of the former.
        public init(
            load: @escaping @Sendable () throws -> [UInt8]?,
            save: @escaping @Sendable ([UInt8]) throws -> Void
        ) {
            self.load = load
            self.save = save
        }
    }

    /// What takes the entries.
    public typealias Append = @Sendable ([SignedEntry]) async throws -> Void

    private let settings: Settings
    private let table: String
    private let append: Append
    private let store: Store
    private let tell: @Sendable (AuditSinkState) async -> Void

    /// A sink.
    ///
    /// - Parameter tell: hears when the table falls behind and when it has caught up.
    public init(
        settings: Settings,
        client: AuditRowsClient,
        store: Store,
        tell: @escaping @Sendable (AuditSinkState) async -> Void
    ) {
        self.init(
            settings: settings,
            table: client.table.description,
            append: { try await client.append($0) },
            store: store,
            tell: tell
        )
    }

    /// For tests: with another taker of entries.
    init(
        settings: Settings,
        table: String,
        append: @escaping Append,
        store: Store,
        tell: @escaping @Sendable (AuditSinkState) async -> Void
    ) {
        self.settings = settings
        self.table = table
        self.append = append
        self.store = store
        self.tell = tell
    }

    /// What is known from one round to the next.
    private struct Progress {
        var position: SinkPosition?
        /// Whether the position is the one that was kept last.
        var isSaved = true
        var waitingSince: ContinuousClock.Instant?
        var isToldBehind = false
        var delay: Duration?
    }

    /// Copies until the task is cancelled.
    @concurrent
    public func run() async {
        var progress = Progress()
        while !Task.isCancelled {
            let pause: Duration
            do {
                pause = try await turn(&progress) ? .zero : settings.interval
                progress.delay = nil
            } catch {
                guard !Task.isCancelled else { return }
                let delay = min(progress.delay.map { $0 * 2 } ?? settings.firstDelay, settings.delayMax)
                progress.delay = delay
                await waits(&progress, reason: Self.code(of: error))
                // Replicas that share a table do not come back at the same moment.
                pause = delay * Double.random(in: 0.5...1)
            }
            guard (try? await Task.sleep(for: pause)) != nil else { return }
        }
    }

    /// Copies one batch; whether there is more at once.
    private func turn(_ progress: inout Progress) async throws -> Bool {
        let log = try SignedLog(directory: settings.directory)
        var position = try progress.position ?? loaded(for: log)
        progress.position = position
        guard position.next <= log.size else { throw SinkFailure(code: "log.shorter") }
        if !progress.isSaved { try save(position, &progress) }
        let batch = try Self.batch(of: log, from: position.next)
        guard let last = batch.last else {
            await isCurrent(&progress)
            return false
        }
        if progress.waitingSince == nil { progress.waitingSince = .now }
        try await append(batch)
        position.next = last.sequence + 1
        progress.position = position
        try save(position, &progress)
        guard position.next == log.size else {
            await waits(&progress, reason: nil, size: log.size)
            return true
        }
        await isCurrent(&progress)
        return false
    }

    /// Where to go on: what was kept, where it is of this log and this table.
    private func loaded(for log: SignedLog) throws -> SinkPosition {
        let kept: [UInt8]?
        do {
            kept = try store.load()
        } catch {
            throw SinkFailure(code: "state.unreadable")
        }
        guard let kept else { return SinkPosition(origin: log.origin, table: table, next: 0) }
        guard let position = SinkPosition(parsing: kept) else { throw SinkFailure(code: "state.unreadable") }
        let isOurs = position.origin == log.origin && position.table == table
        return isOurs ? position : SinkPosition(origin: log.origin, table: table, next: 0)
    }

    private func save(_ position: SinkPosition, _ progress: inout Progress) throws {
        progress.isSaved = false
        do {
            try store.save(position.serialized)
            progress.isSaved = true
        } catch {
            throw SinkFailure(code: "state.unwritable")
        }
    }

    private static func batch(of log: SignedLog, from start: Int64) throws(AuditError) -> [SignedEntry] {
        var batch: [SignedEntry] = []
        var bytes = 0
        try log.forEachEntry(from: start) { entry throws(AuditError) in
            bytes += entry.bytes.count
            guard batch.isEmpty || bytes <= AuditRowsClient.entryBytesMax else { return false }
            batch.append(entry)
            return batch.count < AuditRowsClient.rowsMax
        }
        return batch
    }

    // MARK: Falling behind

    private func waits(_ progress: inout Progress, reason: String?, size: Int64? = nil) async {
        let since = progress.waitingSince ?? .now
        progress.waitingSince = since
        guard !progress.isToldBehind, .now - since >= settings.lagAllowed else { return }
        progress.isToldBehind = true
        await tell(state(isBehind: true, next: progress.position?.next ?? 0, reason: reason, size: size))
    }

    private func isCurrent(_ progress: inout Progress) async {
        progress.waitingSince = nil
        guard progress.isToldBehind else { return }
        progress.isToldBehind = false
        await tell(state(isBehind: false, next: progress.position?.next ?? 0, reason: nil, size: nil))
    }

    private func state(isBehind: Bool, next: Int64, reason: String?, size: Int64?) -> AuditSinkState {
        let size = size ?? (try? SignedLog(directory: settings.directory))?.size ?? next
        return AuditSinkState(
            table: table,
            isBehind: isBehind,
            next: next,
            waitingCount: max(size - next, 0),
            reason: reason
        )
    }

    private static func code(of error: any Error) -> String {
        switch error {
        case let error as BigQueryError: error.reason.name
        case let error as AuditError: "log.\(error.code.rawValue)"
        case let error as SinkFailure: error.code
        default: "unknown"
        }
    }
}

/// A failure that is not BigQuery's.
private struct SinkFailure: Error {
    let code: String
}
