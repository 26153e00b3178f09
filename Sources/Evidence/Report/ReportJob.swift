import Audit
import JSON

/// A page of a job's rows as it was handed out.
struct ReportPage {
    let time: String
    let sequence: Int64
    let number: Int64
    let rows: Int64
    let bytes: Int64
    let digest: String
}

/// A column that was masked, and how.
struct ReportMask {
    let table: String
    let column: String
    let tag: String
    let rule: String
}

/// What a report tells of one job.
struct ReportJob {
    let id: String
    private(set) var project = ""
    private(set) var location = ""
    private(set) var person = ""
    private(set) var session = ""
    private(set) var submitted: String?
    private(set) var ended: String?
    private(set) var outcome = "not known"
    private(set) var reason: String?
    private(set) var sql: String?
    private(set) var tables: [String] = []
    private(set) var masks: [ReportMask] = []
    /// How many masked columns and tables did not fit into the entry.
    private(set) var cutCount: Int64 = 0
    private(set) var bytesProcessed: Int64?
    private(set) var bytesBilled: Int64?
    private(set) var pages: [ReportPage] = []
    private(set) var entries: [Int64] = []
    /// Whether what began it lies outside of what was chosen.
    private(set) var isBegunOutside = false

    init(id: String) { self.id = id }

    /// Adds an entry; one that is only there beside the chosen ones counts for nothing, and tells what the job was.
    mutating func add(_ entry: AuditEntry, isChosen: Bool) {
        if isChosen { entries.append(entry.sequence) }
        project = entry.json["job"]?["project"]?.stringValue ?? project
        location = entry.json["job"]?["location"]?.stringValue ?? location
        person = entry.person ?? person
        session = entry.session ?? session
        switch entry.type {
        case "job_submitted":
            submitted = entry.time
            isBegunOutside = !isChosen
            sql = entry.json["sql"]?.stringValue
            tables = entry.texts("tables")
            cutCount = ["tables", "masked_columns"].reduce(0) { $0 + (entry.json["cut"]?[$1]?.integerValue ?? 0) }
            masks = (entry.json["masked_columns"]?.arrayValue ?? []).map { column in
                let name = { (key: String) in column[key]?.stringValue ?? "" }
                return ReportMask(
                    table: name("table"),
                    column: name("column"),
                    tag: name("tag"),
                    rule: name("rule")
                )
            }
        case "job_ended" where isChosen:
            ended = entry.time
            outcome = entry.json["outcome"]?.stringValue ?? outcome
            reason = entry.json["reason"]?.stringValue
            bytesProcessed = entry.json["bytes_processed"]?.integerValue
            bytesBilled = entry.json["bytes_billed"]?.integerValue
        case "page_delivered" where isChosen:
            let number = { (key: String) in entry.json[key]?.integerValue ?? 0 }
            pages.append(
                ReportPage(
                    time: entry.time,
                    sequence: entry.sequence,
                    number: number("page"),
                    rows: number("rows"),
                    bytes: number("bytes"),
                    digest: entry.json["sha256"]?.stringValue ?? ""
                )
            )
        default: break
        }
    }

    /// Rows handed out in all pages.
    var rowCount: Int64 { pages.reduce(0) { $0.addingReportingOverflow($1.rows).partialValue } }
}

extension AuditEntry {
    /// The texts of a list.
    func texts(_ key: String) -> [String] { (json[key]?.arrayValue ?? []).compactMap(\.stringValue) }
}
