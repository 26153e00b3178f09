import TransparencyLog

/// A file of sealed records: what it holds, and taking some of it away.
struct BlobFile {
    private static let headerBytes = 12

    /// The numbers of the entries whose records are there, and the lengths of these; null when there is no file.
    static func records(at path: String) throws(AuditError) -> [Int64: Int]? {
        guard let file = try ReadOnlyFile(ifPresent: path) else { return nil }
        var records: [Int64: Int] = [:]
        while let (sequence, length) = try header(of: file, path) {
            records[sequence] = length
            try file.skip(count: length)
        }
        return records
    }

    private static func header(of file: ReadOnlyFile, _ path: String) throws(AuditError) -> (Int64, Int)? {
        var header = try file.readFully(count: headerBytes)[...]
        if header.isEmpty { return nil }
        guard let sequence = header.takeBigEndian(bytes: 8), let length = header.takeBigEndian(bytes: 4),
            length <= BlobSeal.recordBytesMax
        else { throw AuditError(.damaged, "`\(path)` is damaged") }
        return (sequence, Int(length))
    }

    /// Takes records away: the others are written to a new file that replaces this one, or the file is removed when
    /// none is left. Before the rename is durable the old file is whole, and after it the new one.
    ///
    /// - Returns: how many records were there and no longer are.
    static func erase(
        _ numbers: Set<Int64>,
        fromBundle index: Int64,
        of layout: LogLayout,
        on disk: LogDisk
    ) throws(AuditError) -> Int {
        let path = layout.blobs(ofBundle: index)
        guard let records = try records(at: path) else { return 0 }
        let erased = records.keys.filter { numbers.contains($0) }.count
        guard erased > 0 else { return 0 }
        let parent = LogLayout.parent(of: path)
        guard erased < records.count else {
            try disk.remove(path)
            try disk.syncDirectory(parent)
            return erased
        }
        guard let source = try ReadOnlyFile(ifPresent: path) else { return 0 }
        let target = try disk.create(layout.newBlobs, [])
        while let (sequence, length) = try header(of: source, path) {
            if numbers.contains(sequence) {
                try source.skip(count: length)
                continue
            }
            let record = try source.readFully(count: length)
            guard record.count == length else { throw AuditError(.damaged, "`\(path)` ends too early") }
            var bytes: [UInt8] = []
            bytes.reserveCapacity(headerBytes + length)
            bytes.append(bigEndian: sequence)
            bytes.append(bigEndian: UInt32(truncatingIfNeeded: length))
            bytes += record
            try target.append(bytes)
        }
        try target.sync()
        try disk.rename(layout.newBlobs, to: path)
        try disk.syncDirectory(parent)
        try disk.syncDirectory(layout.directory)
        return erased
    }
}
