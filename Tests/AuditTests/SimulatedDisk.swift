import Audit
import struct Foundation.Data
import class Foundation.FileManager
import struct Foundation.URL
import Synchronization

/// Hears what is done to the files of a log, and can make any of it fail.
final class DiskRecorder: Sendable {
    private struct State {
        var operations: [DiskOperation] = []
        var failing: Int?
    }

    private let state = Mutex(State())

    /// - Parameter failing: the operation that fails, and all after it, counted from 0.
    init(failing: Int? = nil) {
        state.withLock { $0.failing = failing }
    }

    var operations: [DiskOperation] { state.withLock { $0.operations } }

    func record(_ operation: DiskOperation) throws(AuditError) {
        let isFailing = state.withLock { state in
            if let failing = state.failing, state.operations.count >= failing { return true }
            state.operations.append(operation)
            return false
        }
        if isFailing { throw AuditError(.file, "no space is left on the simulated disk") }
    }
}

/// The disks that a power cut after some of the recorded operations can leave: what was synced is there; of what was
/// written after it, a part from the front, of each file and each directory on its own.
struct SimulatedDisk {
    private final class Node {
        var synced: [UInt8] = []
        var current: [UInt8] = []
    }

    private struct Directory {
        /// Changes of names since the last sync, in their order: a node, or none for a name that is gone.
        var changes: [(name: String, node: Node?)] = []
        var names: [String: Node] = [:]
    }

    private var nodes: [String: Node] = [:]
    private var directories: [String: Directory] = [:]
    /// Directories by the directory they are in, and whether that one was synced after.
    private var made: Set<String> = []
    private var madeDurably: Set<String>

    init(root: String, _ operations: some Sequence<DiskOperation>) {
        directories[root] = Directory()
        madeDurably = [root]
        for operation in operations { apply(operation) }
    }

    private static func split(_ path: String) -> (directory: String, name: String) {
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        return (String(path[..<slash]), String(path[path.index(after: slash)...]))
    }

    private mutating func change(_ path: String, to node: Node?) {
        let (directory, name) = Self.split(path)
        nodes[path] = node
        directories[directory, default: Directory()].changes.append((name, node))
    }

    private mutating func apply(_ operation: DiskOperation) {
        switch operation {
        case .makeDirectory(let path):
            directories[path] = Directory()
            made.insert(path)
        case .create(let path):
            // Emptied in place where it is there: nothing of that is durable before a sync.
            if let node = nodes[path] { node.current = [] } else { change(path, to: Node()) }
        case .open(let path): if nodes[path] == nil { change(path, to: Node()) }
        case .append(let path, let bytes): nodes[path]?.current += bytes
        case .truncate(let path, let size):
            if let node = nodes[path] { node.current = Array(node.current.prefix(Int(size))) }
        case .syncFile(let path): if let node = nodes[path] { node.synced = node.current }
        case .syncDirectory(let path):
            var directory = directories[path] ?? Directory()
            for change in directory.changes { directory.names[change.name] = change.node }
            directory.changes = []
            directories[path] = directory
            for child in made where Self.split(child).directory == path { madeDurably.insert(child) }
        case .rename(let from, let path):
            let node = nodes[from]
            // One change of two names, which a directory has both or neither of.
            nodes[from] = nil
            change(path, to: node)
        case .remove(let path): change(path, to: nil)
        case .removeDirectory(let path):
            directories[path] = nil
            made.remove(path)
            madeDurably.remove(path)
        }
    }

    /// Writes one of the possible disks into a directory.
    func write(from root: String, to target: String, using random: inout some RandomNumberGenerator) throws {
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        for (path, directory) in directories.sorted(by: { $0.key < $1.key }) {
            guard isThere(path, below: root) else { continue }
            var names = directory.names
            for change in directory.changes.prefix(Int.random(in: 0...directory.changes.count, using: &random)) {
                names[change.name] = change.node
            }
            let copy = target + path.dropFirst(root.count)
            try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
            for (name, node) in names.sorted(by: { $0.key < $1.key }) {
                try Data(Self.content(of: node, using: &random)).write(to: URL(fileURLWithPath: copy + "/" + name))
            }
        }
    }

    private func isThere(_ path: String, below root: String) -> Bool {
        path == root || (madeDurably.contains(path) && isThere(Self.split(path).directory, below: root))
    }

    private static func content(of node: Node, using random: inout some RandomNumberGenerator) -> [UInt8] {
        guard node.current.starts(with: node.synced) else {
            // It was cut or emptied: the old bytes or the new ones, up to some point.
            return Bool.random(using: &random)
                ? node.synced : Array(node.current.prefix(Int.random(in: 0...node.current.count, using: &random)))
        }
        return Array(node.current.prefix(Int.random(in: node.synced.count...node.current.count, using: &random)))
    }
}
