public import BigQuery
internal import Foundation
internal import JSON

/// Why a file of Cloud Logging cannot be read.
public struct CloudAuditLogError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One line for people.
    public let description: String
}

/// A file of entries of Cloud Logging, as `gcloud logging read --format=json`, a bucket sink or a copy-and-paste from the
/// Logs Explorer gives them: one JSON array, or objects one after the other.
public struct CloudAuditLogFile: Sendable {
    /// What was in a file.
    public struct Content: Sendable, Hashable {
        /// Entries of any kind.
        public var entryCount = 0
        /// Those that are about a job of BigQuery's.
        public var jobEntryCount = 0
        /// The time of the earliest entry, in microseconds since 1970.
        public var first: Int64?
        /// The time of the latest.
        public var last: Int64?
    }

    private static let chunkBytes = 1_048_576
    private let path: String

    /// A file; nothing is read yet.
    public init(path: String) {
        self.path = path
    }

    /// Gives what each entry about a job says, in the order of the file.
    public func read(_ body: (RecordedJob) -> Void) throws(CloudAuditLogError) -> Content {
        guard let handle = FileHandle(forReadingAtPath: path) else { throw error("cannot be read") }
        defer { try? handle.close() }
        var elements = JSONElements()
        var content = Content()
        do {
            while let chunk = try handle.read(upToCount: Self.chunkBytes), !chunk.isEmpty {
                try elements.take(Array(chunk)) { bytes in
                    content.entryCount += 1
                    take(try JSONValue(parsing: bytes), &content, body)
                }
            }
            try elements.finish()
        } catch let problem as JSONElements.Problem {
            throw error(Self.words(of: problem), after: content.entryCount)
        } catch let problem as JSONError {
            throw error("is no JSON: \(problem)", after: content.entryCount - 1)
        } catch {
            throw self.error("cannot be read", after: content.entryCount)
        }
        return content
    }

    private func take(_ entry: JSONValue, _ content: inout Content, _ body: (RecordedJob) -> Void) {
        if let time = entry["timestamp"]?.stringValue.flatMap({ Moment.microseconds($0) }) {
            content.first = min(content.first ?? time, time)
            content.last = max(content.last ?? time, time)
        }
        guard let job = CloudAuditEntry.job(entry) else { return }
        content.jobEntryCount += 1
        body(job)
    }

    private static func words(of problem: JSONElements.Problem) -> String {
        switch problem {
        case .unexpected: "has something else than JSON objects"
        case .tooLarge: "has an entry of over \(JSONElements.bytesMax) bytes"
        case .incomplete: "ends inside an entry"
        }
    }

    private func error(_ what: String, after count: Int? = nil) -> CloudAuditLogError {
        let place = count.map { $0 > 0 ? " (after \($0) entries)" : "" } ?? ""
        return CloudAuditLogError(description: "`\(path)` \(what)\(place)")
    }
}
