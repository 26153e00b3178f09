import Audit
import GRDB
import JSON

/// One row of `sessions`, with what is counted elsewhere until it is written.
struct SessionRow {
    let id: Int64
    let name: ExactText
    let isNew: Bool
    var first: Int64
    var last: Int64
    var requests: Int64 = 0
    var jobs: Int64 = 0
    var refusals: Int64 = 0
    var estimates: Int64 = 0
    var metadataReads: Int64 = 0
    var pages: Int64 = 0
    var rows: Int64 = 0
    /// Requests of the entries that are not written yet, by their digests.
    var newRequests: Set<Int64> = []
    /// Callers of the entries that are not written yet, with the time of the first entry of each.
    var newCallers: [Int64: Int64] = [:]

    init(id: Int64, name: ExactText, time: Int64) {
        self.id = id
        self.name = name
        isNew = true
        first = time
        last = time
    }

    mutating func add(_ entry: AuditEntry, time: Int64, caller: Int64) {
        first = min(first, time)
        last = max(last, time)
        if let request = entry.json["request"]?.stringValue { newRequests.insert(ExactText(request).digest) }
        newCallers[caller] = min(newCallers[caller] ?? time, time)
        switch entry.type {
        case "job_submitted": jobs += 1
        case "request_refused": refusals += 1
        case "query_estimated": estimates += 1
        case "metadata_read": metadataReads += 1
        case "page_delivered":
            pages += 1
            rows = rows.adding(entry.json["rows"]?.integerValue)
        default: break
        }
    }
}

extension SessionRow {
    static let columns = """
        id, name, first, last, requests, jobs, refusals, estimates, metadata_reads, pages, rows
        """

    init(_ row: Row, name: ExactText) {
        id = row["id"]
        self.name = name
        isNew = false
        first = row["first"]
        last = row["last"]
        requests = row["requests"]
        jobs = row["jobs"]
        refusals = row["refusals"]
        estimates = row["estimates"]
        metadataReads = row["metadata_reads"]
        pages = row["pages"]
        rows = row["rows"]
    }

    var values: StatementArguments {
        [id, name.data, first, last, requests, jobs, refusals, estimates, metadataReads, pages, rows]
    }
}
