import Glibc
import TransparencyLog

/// Looks at every file of a log's directory: what does not belong to the log is a finding, and a partial tile or bundle
/// must be the beginning of the larger one.
struct DirectoryCheck {
    private enum Kind {
        case file
        case directory
        case other
    }

    let layout: LogLayout
    /// The tree under the checkpoint.
    let size: Int64
    /// With the entries after it.
    private(set) var end: Int64
    let partials: [Tile: [UInt8]?]
    private var isAhead = false

    init(layout: LogLayout, size: Int64, end: Int64, partials: [Tile: [UInt8]?]) {
        self.layout = layout
        self.size = size
        self.end = end
        self.partials = partials
    }

    mutating func check(in result: inout AuditVerification) throws(AuditError) {
        for name in try LogFile.names(in: layout.directory) {
            switch (name, kind(of: name)) {
            case ("checkpoint", .file), ("history", .file), ("cosigned", .file), ("pending", .directory): break
            case ("cosigned.new", .file): result.notices.append("`\(name)` is there: a cosignature is being kept")
            case ("checkpoint.new", .file):
                result.notices.append("`\(name)` is there: a checkpoint is being written, or a crash prevented it")
            case ("erasing", .file), ("erasing.new", .file), ("blobs.new", .file):
                result.notices.append("`\(name)` is there: records are being erased, or a crash prevented it")
            case ("tile", .directory), ("blobs", .directory): try check(directory: name, in: &result)
            default: result.add("does not belong to the log", file: name)
            }
        }
        if isAhead {
            result.notices.append("there are files of a later checkpoint: it is being written, or a crash prevented it")
        }
    }

    private mutating func check(directory: String, in result: inout AuditVerification) throws(AuditError) {
        for name in try LogFile.names(in: "\(layout.directory)/\(directory)") {
            let path = "\(directory)/\(name)"
            switch kind(of: path) {
            case .directory where Self.canHoldTiles(path): try check(directory: path, in: &result)
            case .file: try check(file: path, in: &result)
            case .directory, .other: result.add("does not belong to the log", file: path)
            case nil: break
            }
        }
    }

    private static func canHoldTiles(_ path: String) -> Bool {
        let parts = path.split(separator: "/").map(String.init)
        // Whatever begins the path of a tile could hold one; the first tile in it is the test.
        if parts.count == 2, parts[0] == "tile" { return Tile(path: "tile/\(parts[1])/000") != nil }
        let last = parts[parts.count - 1]
        if last.hasSuffix(".p") { return parts[0] == "tile" && Tile(path: path + "/1") != nil }
        return last.hasPrefix("x") && Tile(path: "tile/entries/\(last)/000") != nil
    }

    private mutating func check(file: String, in result: inout AuditVerification) throws(AuditError) {
        let isBlob = file.hasPrefix("blobs/")
        guard let tile = Tile(path: isBlob ? "tile/entries/" + file.dropFirst("blobs/".count) : file),
            !(isBlob && tile.isPartial)
        else {
            result.add("does not belong to the log", file: file)
            return
        }
        let first = tile.index * Int64(Tile.fullWidth)
        // A file of sealed texts is there from the first of its entries on.
        let last = first + (isBlob ? 1 : Int64(tile.width))
        var level = 0
        if case .hashes(let named) = tile.content { level = named }
        if last <= Self.count(size, atLevel: level) {
            if tile.isPartial { try compare(tile, in: &result) }
            return
        }
        if last > Self.count(end, atLevel: level) {
            // A log that is being written has grown since.
            if let now = try? LogReading(directory: layout.directory).end() { end = max(end, now) }
        }
        if last > Self.count(end, atLevel: level) {
            result.add("does not belong to the log", file: file)
        } else {
            isAhead = true
        }
    }

    private static func count(_ size: Int64, atLevel level: Int) -> Int64 {
        level * Tile.height > 62 ? 0 : size >> Int64(level * Tile.height)
    }

    private func compare(_ tile: Tile, in result: inout AuditVerification) throws(AuditError) {
        // The ones that the checkpoint needs were checked.
        guard !partials.keys.contains(tile) else { return }
        let full = Tile(tile.content, index: tile.index)
        var larger = partials.first { $0.key.content == tile.content && $0.key.index == tile.index }?.value
        if larger == nil {
            larger = try ReadOnlyFile.contents(layout.path(of: full), bytesMax: LogReading.bundleBytesMax)
        }
        let part = try ReadOnlyFile.contents(layout.path(of: tile), bytesMax: LogReading.bundleBytesMax)
        guard let part, let whole = larger ?? nil else { return }
        var isRight = whole.starts(with: part)
        switch tile.content {
        case .hashes: isRight = isRight && part.count == tile.width * TreeHash.byteCount
        case .entries: isRight = isRight && EntryBundle.ranges(in: part)?.count == tile.width
        }
        if !isRight { result.add("is not the beginning of the larger one", file: tile.path) }
    }

    /// Null when it is gone.
    private func kind(of path: String) -> Kind? {
        var status = stat()
        guard unsafe lstat("\(layout.directory)/\(path)", &status) == 0 else { return nil }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file
        case S_IFDIR: return .directory
        default: return .other
        }
    }
}
