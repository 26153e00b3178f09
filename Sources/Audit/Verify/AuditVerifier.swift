import Cryptography
import Dispatch
import Locks
import TransparencyLog

/// Checks a log directory, or a copy of one, without anything but its files and public keys.
///
/// Shares nothing with the code that writes the log but the mathematics of `TransparencyLog`, the names of files and
/// the text encodings. Memory does not grow with the log.
public struct AuditVerifier {
    /// So many bundles are in memory at once.
    private static let bundlesAtOnce = 64
    /// So often a log that changes meanwhile is read.
    private static let attemptsMax = 4
    private static let anchorBytesMax = 1 << 30

    private let layout: LogLayout
    private let trustedKeys: [VerifierKey]
    private let anchorPaths: [String]
    private let witnesses: [WitnessKey]

    /// A verifier.
    /// - Parameters:
    ///   - directory: The log directory or a copy of it.
    ///   - trustedKeys: The keys that may have signed the checkpoint; none means that no signature can be checked.
    ///   - anchors: Files with earlier checkpoints that were kept elsewhere; the log must continue each of them.
    ///   - witnesses: Keys of witnesses, each of which must have cosigned the log lately.
    public init(
        directory: String,
        trustedKeys: [VerifierKey],
        anchors: [String] = [],
        witnesses: [WitnessKey] = []
    ) {
        layout = LogLayout(directory: directory)
        self.trustedKeys = trustedKeys
        anchorPaths = anchors
        self.witnesses = witnesses
    }

    /// Reads everything and says what does not hold.
    ///
    /// - Throws: `file` when there is no log, or a file cannot be read, `format` when it is of another version: then
    ///   nothing is known.
    public func verify() throws(AuditError) -> AuditVerification {
        for _ in 1..<Self.attemptsMax {
            let (result, checkpoint, isUnannounced) = try verifyOnce()
            // In a log that is being written, records can go between the checkpoint that was read and the look at them.
            guard isUnannounced,
                try ReadOnlyFile.contents(layout.checkpoint, bytesMax: SignedNote.byteCountMax) != checkpoint
            else { return result }
        }
        return try verifyOnce().result
    }

    private func verifyOnce() throws(AuditError) -> (
        result: AuditVerification, checkpoint: [UInt8], isUnannounced: Bool
    ) {
        var result = AuditVerification()
        let anchors = try anchorClaims(in: &result)
        // Before the checkpoint: the log can go on meanwhile.
        let cosigned = try CosignatureCheck(layout: layout, trustedKeys: trustedKeys, in: &result)
        let snapshot = try LogSnapshot.take(layout)
        guard
            let checkpoint = LogClaim(snapshot.checkpoint, source: "checkpoint", trustedKeys: trustedKeys)
        else {
            result.add(
                snapshot.checkpoint.isEmpty
                    ? "is missing" : "is malformed, or its signature is not that of the key it names",
                file: "checkpoint"
            )
            result.notices.append("without a checkpoint nothing else was checked")
            return (result, snapshot.checkpoint, false)
        }
        note(checkpoint, in: &result)
        var walk = try TreeWalk(
            claims: anchors + cosigned.claims + [checkpoint],
            history: HistoryCheck(path: layout.history, size: snapshot.historySize, trustedKeys: trustedKeys),
            origin: checkpoint.head.origin,
            layout: layout,
            in: &result
        )
        var clock = ClockCheck()
        var erasures = ErasureCheck()
        try checkBundles(until: checkpoint.head.size, &walk, &clock, &erasures, in: &result)
        try checkEdge(snapshot, size: checkpoint.head.size, &walk, &clock, &erasures, in: &result)
        erasures.report(in: &result)
        result.signedTime = clock.last
        try checkPending(snapshot, size: checkpoint.head.size, &walk, &clock, in: &result)
        cosigned.check(witnesses, after: walk.history.sizeBefore, in: &result)
        try walk.finish(in: &result)
        result.entryCount = walk.size
        var files = DirectoryCheck(
            layout: layout,
            size: checkpoint.head.size,
            end: walk.size,
            partials: snapshot.partials
        )
        try files.check(in: &result)
        clock.report(in: &result)
        return (result, snapshot.checkpoint, erasures.hasUnannounced)
    }

    // MARK: Claims

    private func note(_ checkpoint: LogClaim, in result: inout AuditVerification) {
        switch checkpoint.trust {
        case .trusted: result.isKeyTrusted = true
        case .noKeyGiven: result.notices.append("no trusted key was given: the signature was not checked")
        case .untrusted: result.add("is not signed by a trusted key", file: "checkpoint")
        }
        result.origin = checkpoint.head.origin
        result.signedCount = checkpoint.head.size
    }

    /// An anchor is one checkpoint, or lines of them as the log's own history has.
    private func anchorClaims(in result: inout AuditVerification) throws(AuditError) -> [LogClaim] {
        var claims: [LogClaim] = []
        for path in anchorPaths {
            guard let bytes = try ReadOnlyFile.contents(path, bytesMax: Self.anchorBytesMax) else {
                throw AuditError(.file, "`\(path)` is not there")
            }
            var found: [LogClaim?] = []
            if bytes.first == UInt8(ascii: "\"") {
                for line in bytes.split(separator: UInt8(ascii: "\n")) {
                    found.append(LogClaim(line: line, source: path, trustedKeys: trustedKeys))
                }
            } else {
                found = [LogClaim(bytes, source: path, trustedKeys: trustedKeys)]
            }
            for claim in found {
                guard let claim else {
                    result.add("is malformed, or its signature is not that of the key it names", file: path)
                    continue
                }
                if claim.trust == .untrusted { result.add("is not signed by a trusted key", file: path) }
                result.anchorCount += 1
                claims.append(claim)
            }
        }
        return claims
    }

    // MARK: Entries

    private func checkBundles(
        until size: Int64,
        _ walk: inout TreeWalk,
        _ clock: inout ClockCheck,
        _ erasures: inout ErasureCheck,
        in result: inout AuditVerification
    ) throws(AuditError) {
        var next: Int64 = 0
        let end = size / Int64(Tile.fullWidth)
        while next < end {
            let count = Int(min(end - next, Int64(Self.bundlesAtOnce)))
            for check in try Self.checkBundles(next..<(next + Int64(count)), layout: layout, end: size) {
                for finding in check.entries.findings { result.add(finding) }
                clock.add(check.entries)
                erasures.add(check.entries)
                if let leaves = check.leaves, let root = check.root {
                    try walk.add(leaves, root: root, in: &result)
                } else {
                    walk.skip()
                }
            }
            next += Int64(count)
        }
    }

    /// On all cores at once.
    private static func checkBundles(
        _ bundles: Range<Int64>,
        layout: LogLayout,
        end: Int64
    ) throws(AuditError) -> [BundleCheck] {
        let checks = Locked([Result<BundleCheck, AuditError>?](repeating: nil, count: bundles.count))
        DispatchQueue.concurrentPerform(iterations: bundles.count) { place in
            let check: Result<BundleCheck, AuditError>
            do throws(AuditError) {
                check = .success(
                    try BundleCheck(index: bundles.lowerBound + Int64(place), layout: layout, end: end)
                )
            } catch {
                check = .failure(error)
            }
            checks.withLock { $0[place] = check }
        }
        var all: [BundleCheck] = []
        for check in checks.withLock({ $0 }) {
            if let check { all.append(try check.get()) }
        }
        return all
    }

    /// The last entries under the checkpoint, and the partial tiles.
    private func checkEdge(
        _ snapshot: LogSnapshot,
        size: Int64,
        _ walk: inout TreeWalk,
        _ clock: inout ClockCheck,
        _ erasures: inout ErasureCheck,
        in result: inout AuditVerification
    ) throws(AuditError) {
        let (index, width) = size.quotientAndRemainder(dividingBy: Int64(Tile.fullWidth))
        if width > 0 {
            let tile = Tile(.entries, index: index, width: Int(width))
            var check = EntriesCheck(file: tile.path, start: index * Int64(Tile.fullWidth))
            if let bytes = snapshot.partials[tile] ?? nil, let ranges = EntryBundle.ranges(in: bytes),
                ranges.count == tile.width
            {
                for range in ranges { check.check(bytes[range], hasher: TreeHasher()) }
                try check.checkBlobs(
                    ReadOnlyFile(ifPresent: layout.blobs(ofBundle: index)),
                    file: LogLayout.blobName(ofBundle: index),
                    end: size,
                    mayBeAhead: snapshot.pending.contains { $0.end > size }
                )
                clock.add(check)
                erasures.add(check)
                try walk.add(check.leaves, in: &result)
            } else {
                check.add("is missing, or not a bundle of \(width) entries")
                walk.skip()
            }
            for finding in check.findings { result.add(finding) }
        }
        guard walk.isWhole else { return }
        for (tile, hashes) in walk.partialTiles {
            let stated = (snapshot.partials[tile] ?? nil).flatMap { BundleCheck.hashes(in: $0, width: tile.width) }
            if stated != hashes { result.add("is missing, or not the hashes of what is below it", file: tile.path) }
        }
    }

    /// Entries that no checkpoint covers yet.
    private func checkPending(
        _ snapshot: LogSnapshot,
        size: Int64,
        _ walk: inout TreeWalk,
        _ clock: inout ClockCheck,
        in result: inout AuditVerification
    ) throws(AuditError) {
        for name in snapshot.foreignPending where name != "new" {
            result.add("does not belong to the log", file: "pending/\(name)")
        }
        if snapshot.foreignPending.contains("new") {
            result.notices.append("`pending/new` is there: a file is being made, or a crash prevented it")
        }
        for check in snapshot.pending {
            for finding in check.entries.findings { result.add(finding) }
            if check.start < size {
                if check.end > size { result.add("goes beyond the checkpoint", file: check.entries.file) }
                result.notices.append("`\(check.entries.file)` is there, and its entries are under the checkpoint")
                continue
            }
            guard check.start == walk.size || !walk.isWhole else {
                result.add("does not begin with entry \(walk.size)", file: check.entries.file)
                continue
            }
            if let root = walk.root(), check.root != root {
                result.add("continues another tree", file: check.entries.file)
            }
            clock.add(check.entries)
            try walk.add(check.entries.leaves, in: &result)
        }
        guard let newest = snapshot.pending.last, newest.start >= size,
            snapshot.pending.contains(where: { $0.start == size })
        else {
            result.add("is missing: what came after the checkpoint is not there", file: "pending/\(size)")
            return
        }
        let rest = walk.size - size
        if rest > 0 {
            result.notices.append(
                "\(rest) \(rest == 1 ? "entry" : "entries") after the last checkpoint: linked, and under no signature"
            )
        }
        try walk.checkHistory(against: newest.historyDigest ?? [], in: &result)
    }
}
