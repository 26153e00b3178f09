import Audit
import GRDB
public import JSON

/// A stretch of time between two entries of a session that follow each other.
public struct AuditGap: Sendable, Hashable {
    /// The time of the entry before.
    public let from: String
    /// The time of the entry after.
    public let to: String
    /// Its length, rounded down.
    public let seconds: Int64

    /// The gaps of at least so many seconds between entries, which come as each log has them.
    ///
    /// Clocks can go back: within a log the order of its entries counts, not their times.
    static func all(between entries: [(log: Int64, time: Int64)], secondsMin: Int64) -> [AuditGap] {
        var latest: [Int64: Int64] = [:]
        var ordered: [(key: Int64, time: Int64)] = []
        for (log, time) in entries {
            let key = max(latest[log] ?? time, time)
            latest[log] = key
            ordered.append((key, time))
        }
        // Swift's sort is stable: what one log has stays in its order.
        ordered.sort { $0.key < $1.key }
        return zip(ordered, ordered.dropFirst()).compactMap { before, after in
            let seconds = (after.time - before.time) / 1_000_000
            guard seconds >= secondsMin else { return nil }
            return AuditGap(
                from: AuditTime.text(microseconds: before.time),
                to: AuditTime.text(microseconds: after.time),
                seconds: seconds
            )
        }
    }
}

/// What was done in one session.
public struct AuditSession: Sendable {
    /// The session's ID.
    public let id: String
    /// Who, as subject and issuer.
    public let person: String
    /// The name that the client's software gives itself, or the issuer's name for the client.
    public let client: String
    /// The roles held in it, in the order in which they were first seen.
    public let roles: [String]
    /// The time of the earliest entry.
    public let firstTime: String
    /// The time of the latest entry.
    public let lastTime: String
    /// The stretches in which nothing was recorded, as long as was asked for or longer.
    public let gaps: [AuditGap]
    /// Requests that left an entry: each of them but those refused before it was known who asked.
    public let requestCount: Int64
    /// Jobs submitted.
    public let jobCount: Int64
    /// Requests refused.
    public let refusalCount: Int64
    /// Queries examined without running them.
    public let estimateCount: Int64
    /// Answers with names and types of datasets and tables.
    public let metadataCount: Int64
    /// Pages delivered.
    public let pageCount: Int64
    /// Rows delivered in them.
    public let rowCount: Int64

    init(_ row: SessionRow, _ lookup: RecordLookup, gapSeconds: Int64) throws {
        let callers = try lookup.callers(ofSession: row.id)
        id = row.name.text
        person = callers.first?.person ?? "nobody"
        client = callers.lazy.compactMap(\.client).first ?? "unnamed"
        var roles: [String] = []
        for role in callers.flatMap(\.roles) where !roles.contains(role) { roles.append(role) }
        self.roles = roles
        firstTime = lookup.time(row.first)
        lastTime = lookup.time(row.last)
        gaps = AuditGap.all(between: try lookup.times(ofSession: row.id), secondsMin: gapSeconds)
        requestCount = row.requests
        jobCount = row.jobs
        refusalCount = row.refusals
        estimateCount = row.estimates
        metadataCount = row.metadataReads
        pageCount = row.pages
        rowCount = row.rows
    }

    /// The same for machines.
    public var json: JSONValue {
        [
            "session": .string(id), "person": .string(person), "client": .string(client),
            "roles": .array(roles.map { .string($0) }),
            "first_time": .string(firstTime), "last_time": .string(lastTime), "requests": .integer(requestCount),
            "jobs": .integer(jobCount), "refusals": .integer(refusalCount), "estimates": .integer(estimateCount),
            "metadata_reads": .integer(metadataCount), "pages": .integer(pageCount), "rows": .integer(rowCount),
            "gaps": .array(
                gaps.map { ["from": .string($0.from), "to": .string($0.to), "seconds": .integer($0.seconds)] }
            ),
        ]
    }
}
