import Catalog
import Locks

/// How tables are read, kept between queries: it depends on the schema and the policy only.
///
/// What is kept is used only where schema and policy are equal to those that it was made from, so that it cannot be out
/// of date. One cache serves all callers and threads.
public final class ScanCache: Sendable {
    /// The most bytes that are kept, roughly.
    static let bytesMax = 64_000_000

    /// By table; a table has one for each policy.
    private typealias Generation = [TableID: [TableMasks]]

    private struct Entries {
        var recent: Generation = [:]
        /// What was recent before; what is not used again is dropped with it.
        var older: Generation = [:]
        var recentBytes = 0

        mutating func add(_ masks: TableMasks, bytesMax: Int) {
            let bytes = masks.byteCount
            if recentBytes + bytes > bytesMax / 2 {
                older = recent
                recent = [:]
                recentBytes = 0
            }
            guard bytes <= bytesMax / 2 else { return }
            recentBytes += bytes
            recent[masks.schema.id, default: []].append(masks)
        }
    }

    private let entries = Locked(Entries())
    /// The keys of `KEYED_TOKEN` as queries carry them.
    let paddedKeys = PaddedKeyCache()
    private let bytesMax: Int

    /// Creates an empty cache.
    public convenience init() {
        self.init(bytesMax: Self.bytesMax)
    }

    init(bytesMax: Int) {
        self.bytesMax = bytesMax
    }

    /// How a table is read, known or worked out now.
    func masks(of basis: TableMasks.Basis) -> TableMasks {
        let id = basis.schema.id
        let (recent, older) = entries.withLock { ($0.recent[id], $0.older[id]) }
        // Compared and made outside the lock: tables can be wide. Two threads may do the same at once.
        if let known = recent?.first(where: { $0.basis == basis }) { return known }
        let masks = older?.first { $0.basis == basis } ?? TableMasks(basis)
        entries.withLock { $0.add(masks, bytesMax: bytesMax) }
        return masks
    }

    /// Roughly the bytes that are kept.
    var byteCount: Int {
        entries.withLock { entries in
            let lists = [entries.recent.values, entries.older.values]
            return lists.joined().joined().reduce(0) { $0 + $1.byteCount }
        }
    }
}
