import JSON
import TransparencyLog

/// Which records of a log would be erased, and what would stay.
public struct ErasurePlan: Sendable {
    /// Records of one class.
    public struct Share: Sendable {
        /// The records to be erased.
        public internal(set) var ranges: [ErasureRange] = []
        /// Their sealed bytes.
        public internal(set) var bytes: Int64 = 0
        /// Records that would be erased but for a hold.
        public internal(set) var heldCount = 0
        /// Records that are there, these among them; only of a plan that counts all.
        public internal(set) var keptCount = 0
        /// The sealed bytes of all that are there.
        public internal(set) var keptBytes: Int64 = 0
        /// When the oldest entry was written whose record is there.
        public internal(set) var oldestTime: String?
        /// Whether the last record looked at is one of the ranges, which the next may make longer.
        var isOpen = false

        /// Nothing yet.
        public init() {}

        /// The number of records to be erased.
        public var count: Int { ranges.reduce(0) { $0 + $1.count } }

        mutating func add(_ sequence: Int64, bytes length: Int) {
            bytes += Int64(length)
            if isOpen, let last = ranges.indices.last {
                ranges[last].last = sequence
                ranges[last].count += 1
            } else {
                ranges.append(ErasureRange(first: sequence, last: sequence, count: 1))
            }
            isOpen = true
        }
    }

    /// What is to be erased of each class.
    public internal(set) var shares: [RetentionClass: Share] = [:]
    /// The holds that were considered.
    public let holds: HoldBook
    /// The size of the tree that was looked at.
    let size: Int64

    /// Whether nothing is to be erased.
    public var isEmpty: Bool { shares.values.allSatisfy(\.ranges.isEmpty) }
    /// The number of records to be erased.
    public var count: Int { shares.values.reduce(0) { $0 + $1.count } }
    /// Records that would be erased but for a hold.
    public var heldCount: Int { shares.values.reduce(0) { $0 + $1.heldCount } }

    /// A record that stays, or is not there, ends a range: what a range covers is said to be erased.
    mutating func close(_ retentionClass: RetentionClass? = nil) {
        for known in retentionClass.map({ [$0] }) ?? RetentionClass.allCases { shares[known]?.isOpen = false }
    }
}

/// Finds the records that are to be erased.
public struct ErasurePlanner: Sendable {
    /// Which records are wanted gone.
    public enum Selection: Sendable {
        /// Those that were kept as long as their class says.
        case due(RetentionPolicy)
        /// Those of somebody or something.
        case chosen(RecordChoice)
    }

    private let reading: LogReading
    private let holds: HoldBook
    private let now: Int64

    /// A planner for a log directory.
    ///
    /// - Parameters:
    ///   - holds: what they cover stays.
    ///   - now: microseconds since the Unix epoch.
    public init(directory: String, holds: HoldBook, now: Int64? = nil) {
        reading = LogReading(directory: directory)
        self.holds = holds
        self.now = now ?? AuditTime.now()
    }

    /// The basis of an erasure of what is due now, for the entry: older than the youngest that is due.
    public func basis(of selection: Selection, _ retentionClass: RetentionClass) -> ErasureBasis {
        switch selection {
        case .due(let policy): .retention(olderThan: policy.cutoffs(at: now)[retentionClass] ?? "")
        case .chosen(let choice): .order(choice)
        }
    }

    /// Looks at the records under the checkpoint.
    ///
    /// - Parameter countingAll: whether records that are not wanted are counted too, which reads more.
    public func plan(_ selection: Selection, countingAll: Bool = false) throws(AuditError) -> ErasurePlan {
        let size = try reading.checkpoint().head.size
        var plan = ErasurePlan(holds: holds, size: size)
        var bundles = 0..<((size + Int64(Tile.fullWidth) - 1) / Int64(Tile.fullWidth))
        var cutoffs: [RetentionClass: String] = [:]
        switch selection {
        case .due(let policy): cutoffs = policy.cutoffs(at: now)
        case .chosen(let choice):
            if let entry = choice.entry, !countingAll {
                let bundle = entry / Int64(Tile.fullWidth)
                bundles = bundles.contains(bundle) ? bundle..<(bundle + 1) : 0..<0
            }
        }
        for index in bundles {
            let path = reading.layout.blobs(ofBundle: index)
            guard let records = try BlobFile.records(at: path) else {
                plan.close()
                continue
            }
            let entries = try self.entries(ofBundle: index, size: size)
            // Times do not go back, or by little: what is younger comes later.
            if !countingAll, case .due = selection, let first = entries.first.flatMap({ EntryHead($0) }),
                !cutoffs.values.contains(where: { first.time < $0 })
            {
                break
            }
            for (place, bytes) in entries.enumerated() {
                let sequence = index * Int64(Tile.fullWidth) + Int64(place)
                try look(at: bytes, sequence, records[sequence], selection, cutoffs, &plan)
            }
        }
        return plan
    }

    private func look(
        at bytes: ArraySlice<UInt8>,
        _ sequence: Int64,
        _ length: Int?,
        _ selection: Selection,
        _ cutoffs: [RetentionClass: String],
        _ plan: inout ErasurePlan
    ) throws(AuditError) {
        guard let head = EntryHead(bytes), head.hasRecord else { return }
        let retentionClass = head.retentionClass
        guard let length else { return plan.close(retentionClass) }
        var share = plan.shares[retentionClass] ?? ErasurePlan.Share()
        share.keptCount += 1
        share.keptBytes += Int64(length)
        share.oldestTime = share.oldestTime ?? head.time
        defer { plan.shares[retentionClass] = share }
        var isWanted = false
        if case .due = selection { isWanted = cutoffs[retentionClass].map { head.time < $0 } ?? false }
        if case .due = selection, !isWanted {
            share.isOpen = false
            return
        }
        guard let entry = AuditEntry(bytes: bytes) else {
            throw AuditError(.damaged, "entry \(sequence) of `\(reading.layout.directory)` is not an entry")
        }
        if case .chosen(let choice) = selection { isWanted = choice.covers(entry) }
        guard isWanted else {
            share.isOpen = false
            return
        }
        if holds.hold(on: entry) != nil {
            share.heldCount += 1
            share.isOpen = false
        } else {
            share.add(sequence, bytes: length)
        }
    }

    /// The entries of a bundle; of the last one, which can have grown since, as many as the tree had.
    private func entries(ofBundle index: Int64, size: Int64) throws(AuditError) -> [ArraySlice<UInt8>] {
        let width = Int(min(size - index * Int64(Tile.fullWidth), Int64(Tile.fullWidth)))
        if let entries = try reading.bundle(Tile(.entries, index: index, width: width)) { return entries }
        if let entries = try reading.bundle(Tile(.entries, index: index)) { return Array(entries.prefix(width)) }
        throw AuditError(.damaged, "the entries of `\(reading.layout.blobs(ofBundle: index))` are missing")
    }

    /// Whether the log says that erasures were made under a longer log of holds than there is now: then holds are
    /// missing. Looks from the end on, to the last erasure.
    public func lacksHolds() throws(AuditError) -> Bool {
        let size = try reading.checkpoint().head.size
        let bundles = (size + Int64(Tile.fullWidth) - 1) / Int64(Tile.fullWidth)
        for index in (0..<bundles).reversed() {
            for bytes in try entries(ofBundle: index, size: size).reversed()
            where EntryHead(bytes)?.type == ContentErased.type {
                let said = AuditEntry(bytes: bytes)?.json["holds"]?["entries"]?.integerValue ?? 0
                return said > holds.log?.size ?? 0
            }
        }
        return false
    }
}
