import Locks
import TransparencyLog

/// The files of one checkpoint, made in memory and ready to be written.
struct CheckpointWork: Sendable {
    /// A file below the log's directory and its bytes.
    struct File: Sendable {
        let path: String
        let bytes: [UInt8]
    }

    /// Tiles and bundles, which are new and never change again.
    var files: [File] = []
    /// What is added to files of blobs.
    var blobs: [File] = []
    /// Directories of partial tiles that full ones make needless.
    var obsolete: [String] = []
    /// Pending files whose entries the checkpoint covers.
    var covered: [String] = []
    let head: TreeHead
    let note: SignedNote
    /// Whether the history and the anchor get it.
    let isKept: Bool
}

/// Writes the files of checkpoints, one checkpoint after the other.
final class CheckpointWriter: Sendable {
    /// So many files are written before they are synced.
    private static let openFilesMax = 64

    private let layout: LogLayout
    private let disk: LogDisk
    private let anchor: LogAnchor?
    private let keepOutside: AuditLog.CheckpointKeeper?
    /// Directories that were made or found, and synced into their parents.
    private let durable: Locked<Set<String>>

    init(layout: LogLayout, disk: LogDisk, anchor: LogAnchor?, keepOutside: AuditLog.CheckpointKeeper?) {
        self.layout = layout
        self.disk = disk
        self.anchor = anchor
        self.keepOutside = keepOutside
        durable = Locked([layout.directory])
    }

    /// What the checkpoint names is durable before the checkpoint is there, and only then what it replaces goes away.
    func write(_ work: CheckpointWork) throws(AuditError) {
        var directories: Set<String> = []
        var unsynced: [LogFile] = []
        for file in work.files {
            try prepareParent(of: file.path, &directories)
            unsynced.append(try disk.create(file.path, file.bytes))
            if unsynced.count == Self.openFilesMax { try Self.sync(&unsynced) }
        }
        for blob in work.blobs {
            try prepareParent(of: blob.path, &directories)
            let file = try disk.open(blob.path)
            try file.append(blob.bytes)
            unsynced.append(file)
            if unsynced.count == Self.openFilesMax { try Self.sync(&unsynced) }
        }
        try Self.sync(&unsynced)
        for directory in directories.sorted() { try disk.syncDirectory(directory) }
        try disk.replace(
            layout.checkpoint,
            by: Array(work.note.serialized.utf8),
            writing: layout.newCheckpoint,
            in: layout.directory
        )
        if work.isKept { try anchor?.append(work.note) }
        for path in work.covered { try disk.remove(path) }
        for path in work.obsolete {
            try disk.removeDirectory(path)
            durable.withLock { _ = $0.remove(path) }
        }
    }

    /// Tells those outside who keep it; afterwards, because that can take long.
    func announce(_ work: CheckpointWork) throws(AuditError) {
        if work.isKept { try keepOutside?(KeptCheckpoint(work, layout: layout, disk: disk)) }
    }

    private static func sync(_ files: inout [LogFile]) throws(AuditError) {
        for file in files { try file.sync() }
        files.removeAll()
    }

    /// Makes the directories above a file; those that get a new name are synced afterwards.
    private func prepareParent(of path: String, _ directories: inout Set<String>) throws(AuditError) {
        let parent = LogLayout.parent(of: path)
        directories.insert(parent)
        try prepare(parent, &directories)
    }

    private func prepare(_ directory: String, _ directories: inout Set<String>) throws(AuditError) {
        guard !durable.withLock({ $0.contains(directory) }) else { return }
        let parent = LogLayout.parent(of: directory)
        try prepare(parent, &directories)
        try disk.makeDirectory(directory)
        directories.insert(parent)
        durable.withLock { _ = $0.insert(directory) }
    }
}
