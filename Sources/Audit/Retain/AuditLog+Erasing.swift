import JSON

/// What became of an erasure.
public struct ErasureReport: Sendable {
    /// The numbers of the entries that say so.
    public internal(set) var announcements: [Int64] = []
    /// The records that were removed.
    public internal(set) var erasedCount = 0
    /// Whether all that was announced is gone. What is not is removed when the log is opened the next time.
    public internal(set) var isFinished = true
}

extension AuditLog {
    /// Erases records: says so in entries, waits until these are signed, and removes the records then.
    ///
    /// Entries are written meanwhile as always. A cancelled task stops between two files.
    ///
    /// - Parameters:
    ///   - plan: of this log.
    ///   - basis: why, for each class.
    /// - Throws: `overloaded` when another erasure is under way; what a write threw. What was announced is erased all
    ///   the same, at the latest when the log is opened the next time.
    public func erase(
        _ plan: ErasurePlan,
        by actor: RetentionActor,
        reason: String,
        basis: @Sendable (RetentionClass) -> ErasureBasis
    ) async throws(AuditError) -> ErasureReport {
        var report = ErasureReport()
        guard !plan.isEmpty else { return report }
        guard beginErasing() else { throw AuditError(.overloaded, "records of this log are being erased already") }
        defer { endErasing() }
        let work = erasureWork
        try await besideCheckpoints { () throws(AuditError) in
            try work.finishInterrupted()
            try work.begin()
        }
        var erased = ErasedRecords()
        for (retentionClass, share) in plan.shares.sorted(by: { $0.key < $1.key }) where !share.ranges.isEmpty {
            let parts = Self.parts(of: share.ranges)
            for (index, ranges) in parts.enumerated() {
                let event = ContentErased(
                    by: actor,
                    retentionClass: retentionClass,
                    basis: basis(retentionClass),
                    reason: reason,
                    part: index + 1,
                    parts: parts.count,
                    ranges: ranges,
                    holds: plan.holds
                )
                let receipt = try await append(.retention(.contentErased(event)))
                erased.add(ranges, of: retentionClass, entry: receipt.sequence)
                report.announcements.append(receipt.sequence)
            }
        }
        try await checkpoint()
        let announced = erased
        for bundles in announced.bundles {
            for index in bundles {
                guard !Task.isCancelled else {
                    report.isFinished = false
                    return report
                }
                report.erasedCount += try await besideCheckpoints { () throws(AuditError) in
                    try work.erase(announced, fromBundle: index)
                }
            }
        }
        try await besideCheckpoints { () throws(AuditError) in try work.end() }
        return report
    }

    /// As many ranges in each part as one entry holds.
    private static func parts(of ranges: [ErasureRange]) -> [[ErasureRange]] {
        var parts: [[ErasureRange]] = [[]]
        var written = 2
        for range in ranges {
            let bytes = range.json.serialized().count + 1
            if written + bytes > EntryFields.Share.erasedRanges {
                parts.append([])
                written = 2
            }
            parts[parts.count - 1].append(range)
            written += bytes
        }
        return parts
    }
}
