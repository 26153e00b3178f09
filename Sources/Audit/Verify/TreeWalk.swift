import TransparencyLog

/// Builds the tree anew from its entries, and compares it on the way with all that was ever said of it.
struct TreeWalk {
    private var tree = TileTree()
    private let layout: LogLayout
    /// In the order of their sizes.
    private var claims: ArraySlice<LogClaim>
    private(set) var history: HistoryCheck
    private var nextOfHistory: LogClaim?
    private let origin: String
    /// The log has a gap, so that nothing can be said of the tree from here on.
    private var isBroken = false
    private var untrustedLines = 0
    /// Lines of the history that go beyond the log's end.
    private var beyond: [LogClaim] = []

    init(
        claims: [LogClaim],
        history: HistoryCheck,
        origin: String,
        layout: LogLayout,
        in result: inout AuditVerification
    ) throws(AuditError) {
        self.claims = claims.sorted { $0.head.size < $1.head.size }[...]
        self.history = history
        self.origin = origin
        self.layout = layout
        nextOfHistory = try self.history.next(in: &result)
        while let claim = try takeClaim(upTo: 0, in: &result) {
            compare(claim, with: TreeHasher.emptyRoot, in: &result)
        }
    }

    /// The number of entries so far.
    var size: Int64 { tree.size }
    /// The partial tiles of the tree so far.
    var partialTiles: [(tile: Tile, hashes: [TreeHash])] { tree.partialTiles }
    /// Whether the tree can be told.
    var isWhole: Bool { !isBroken }

    /// The root so far; null when it is not known.
    mutating func root() -> TreeHash? { isBroken ? nil : tree.root() }

    /// Goes on by the hashes of entries; with the root over them when they are a full tile.
    mutating func add(
        _ leaves: [TreeHash],
        root: TreeHash? = nil,
        in result: inout AuditVerification
    ) throws(AuditError) {
        let end = tree.size + Int64(leaves.count)
        while let claim = try takeClaim(upTo: end - 1, in: &result) {
            var part = tree
            for leaf in leaves.prefix(Int(claim.head.size - tree.size)) { _ = part.append(leaf) }
            compare(claim, with: part.root(), in: &result)
        }
        var filled: [TileTree.FullTile] = []
        if let root, let tiles = tree.appendTile(root: root) {
            filled = tiles
        } else {
            for leaf in leaves { filled += tree.append(leaf).filter { $0.tile.content != .hashes(level: 0) } }
        }
        for full in filled { try check(full, in: &result) }
        while let claim = try takeClaim(upTo: end, in: &result) { compare(claim, with: tree.root(), in: &result) }
    }

    /// A bundle of which nothing is known.
    mutating func skip() { isBroken = true }

    private func check(_ full: TileTree.FullTile, in result: inout AuditVerification) throws(AuditError) {
        guard !isBroken else { return }
        guard let stated = try BundleCheck.hashes(of: full.tile, layout: layout) else {
            result.add("is missing, or not \(Tile.fullWidth) hashes", file: full.tile.path)
            return
        }
        let wrong = zip(stated, full.hashes).filter { $0 != $1 }.count
        if wrong > 0 { result.add("\(wrong) of its hashes are not those of the tiles below", file: full.tile.path) }
    }

    private mutating func takeClaim(upTo size: Int64, in result: inout AuditVerification) throws(AuditError)
        -> LogClaim?
    {
        if let claim = nextOfHistory, claim.head.size <= size {
            nextOfHistory = try history.next(in: &result)
            if claim.trust == .untrusted { untrustedLines += 1 }
            return claim
        }
        guard let claim = claims.first, claim.head.size <= size else { return nil }
        claims.removeFirst()
        return claim
    }

    private func compare(_ claim: LogClaim, with root: TreeHash, in result: inout AuditVerification) {
        if claim.head.origin != origin {
            result.add("is of the log `\(claim.head.origin)`, not of `\(origin)`", file: claim.source)
        }
        if !isBroken, claim.head.root != root {
            result.add("names another tree of \(claim.head.size) entries than the log has", file: claim.source)
        }
    }

    /// Reads the history to its end, and compares it with what the newest pending file says of it.
    mutating func checkHistory(against said: [UInt8], in result: inout AuditVerification) throws(AuditError) {
        while let claim = nextOfHistory {
            nextOfHistory = try history.next(in: &result)
            beyond.append(claim)
        }
        history.check(against: said, end: tree.size, in: &result)
    }

    /// Says which claims go beyond the log's end.
    mutating func finish(in result: inout AuditVerification) throws(AuditError) {
        claims = beyond + claims
        while let claim = try takeClaim(upTo: .max, in: &result) {
            result.add("names \(claim.head.size) entries, and the log has \(tree.size)", file: claim.source)
        }
        if untrustedLines > 0 {
            result.notices.append("\(untrustedLines) earlier checkpoints are signed by none of the trusted keys")
        }
    }
}
