import TransparencyLog

/// The names of a log's files; `docs/audit-log.md`, section 2.
struct LogLayout: Sendable {
    let directory: String

    var checkpoint: String { directory + "/checkpoint" }
    /// Left by a crash at the worst; overwritten by the next checkpoint.
    var newCheckpoint: String { directory + "/checkpoint.new" }
    var history: String { directory + "/history" }
    /// The last checkpoint that each witness cosigned, one JSON string a line.
    var cosigned: String { directory + "/cosigned" }
    /// Left by a crash at the worst; overwritten by the next cosignature.
    var newCosigned: String { directory + "/cosigned.new" }
    var pendingDirectory: String { directory + "/pending" }
    /// Left by a crash at the worst; overwritten by the next pending file.
    var newPending: String { pendingDirectory + "/new" }
    var tileDirectory: String { directory + "/tile" }
    var blobDirectory: String { directory + "/blobs" }
    /// What a log of version 1 had.
    var versionOneEntries: String { directory + "/entries.jsonl" }

    func pending(from start: Int64) -> String { "\(pendingDirectory)/\(start)" }

    func path(of tile: Tile) -> String { "\(directory)/\(tile.path)" }

    /// The blobs of the entries of one bundle: the bundle's place, below another directory.
    func blobs(ofBundle index: Int64) -> String { "\(directory)/\(Self.blobName(ofBundle: index))" }

    static func blobName(ofBundle index: Int64) -> String {
        "blobs/" + Tile(.entries, index: index).path.dropFirst("tile/entries/".count)
    }

    /// Where the partial tiles are that a full one makes needless.
    func partialDirectory(of tile: Tile) -> String { path(of: Tile(tile.content, index: tile.index)) + ".p" }

    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
