import Audit
import JSON

/// Tells the steps of a session to people and to machines.
struct ReplayTeller {
    private var start: Int64?
    private var request: String?

    // MARK: Machines

    static func json(of step: SessionReplay.Step) -> JSONValue {
        var object: JSONObject = [
            "seq": .integer(step.entry.sequence), "time": .string(step.entry.time), "type": .string(step.entry.type),
            "entry": step.entry.json,
        ]
        switch step.record {
        case .none: object["record"] = "none"
        case .sealed: object["record"] = "sealed"
        case .erased(let announcement):
            object["record"] = "erased"
            object["erased_by"] = .integer(announcement)
        case .wrong(let reason):
            object["record"] = "wrong"
            object["reason"] = .string(reason)
        case .opened(let texts):
            object["record"] = "opened"
            for (name, text) in texts {
                // What was returned is JSON; what callers write is shown as it was written.
                let value = ["content", "columns"].contains(name) ? try? JSONValue(parsing: text, limits: limits) : nil
                object[name] = value ?? .string(String(decoding: text, as: UTF8.self))
            }
        }
        return .object(object)
    }

    private static let limits = JSONLimits(bytesMax: RecordedContent.bytesMax)

    // MARK: People

    /// The step in several lines, without control characters.
    mutating func text(of step: SessionReplay.Step) -> String {
        let entry = step.entry
        var lines: [String] = []
        if start == nil {
            start = AuditTime.microseconds(entry.time)
            lines.append("session \(entry.session ?? "")")
            lines.append("  person  \(entry.person ?? "nobody")")
            if let chain = entry.json["actor"]?["act"] { lines.append("  acting  \(chain.text)") }
            if let software = entry.json["software"]?.stringValue { lines.append("  client  \(software)") }
        }
        let now = entry.json["request"]?.stringValue
        if now != request || now == nil {
            request = now
            lines.append("request \(now ?? "none")")
        }
        lines.append("  \(offset(of: entry))  \(Self.headline(of: entry))  (entry \(entry.sequence), \(entry.time))")
        lines += Self.details(of: entry).map { "      \($0)" }
        lines += Self.record(of: step).map { "      \($0)" }
        return lines.map(AuditCommand.printable).joined(separator: "\n")
    }

    /// Seconds since the session's first entry.
    private func offset(of entry: AuditEntry) -> String {
        guard let start, let now = AuditTime.microseconds(entry.time) else { return "" }
        let milliseconds = (now - start) / 1000
        let fraction = String(milliseconds.magnitude % 1000)
        let padded = String(repeating: "0", count: 3 - fraction.utf8.count) + fraction
        return "\(milliseconds < 0 ? "-" : "+")\(milliseconds.magnitude / 1000).\(padded) s"
    }

    private static func headline(of entry: AuditEntry) -> String {
        let json = entry.json
        let text = { (key: String) in json[key]?.stringValue ?? "" }
        let number = { (key: String) in json[key]?.integerValue ?? 0 }
        let job = entry.jobID.map { " \($0)" } ?? ""
        switch entry.type {
        case "session_seen": return "the session begins, over \(text("transport")), protocol \(text("protocol"))"
        case "metadata_read": return "`\(text("tool"))` told \(AuditCommand.count(number("items"), "item"))"
        case "request_refused": return "`\(text("tool"))` refused\(job.isEmpty ? "" : ", about job\(job)")"
        case "query_estimated":
            let bytes = json["bytes_processed"]?.integerValue.map { ", \(AuditCommand.count($0, "byte"))" } ?? ""
            return "a query was examined, not run\(bytes)"
        case "job_submitted":
            return "`\(text("tool"))` sends job\(job), at most \(number("bytes_billed_max")) bytes billed"
        case "job_ended":
            let reason = json["reason"]?.stringValue.map { " (\($0))" } ?? ""
            return "job\(job) ended: \(text("outcome"))\(reason)"
        case "page_delivered":
            return "page \(number("page")) of job\(job): \(AuditCommand.count(number("rows"), "row")), "
                + AuditCommand.count(number("bytes"), "byte")
        default: return entry.type
        }
    }

    private static func details(of entry: AuditEntry) -> [String] {
        let json = entry.json
        var lines: [String] = []
        for refusal in json["refused"]?.arrayValue ?? [] {
            let place = refusal["line"]?.integerValue.map { line in
                " at line \(line), column \(refusal["column"]?.integerValue ?? 0)"
            }
            lines.append("refused  \(refusal["code"]?.stringValue ?? "")\(place ?? "")")
        }
        if let sql = json["sql"]?.stringValue { lines.append("sql      \(sql)") }
        let read = (json["tables"]?.arrayValue ?? []) + (json["resources"]?.arrayValue ?? [])
        for name in read.compactMap(\.stringValue) { lines.append("reads    \(name)") }
        for column in json["masked_columns"]?.arrayValue ?? [] {
            let name = { (key: String) in column[key]?.stringValue ?? "" }
            lines.append("masked   \(name("table")).\(name("column")): \(name("rule")) (\(name("tag")))")
        }
        let figures = ["bytes_processed", "bytes_billed", "bytes_shown", "slot_ms", "cache_hit"].compactMap { key in
            json[key].map { "\(key) \($0.text)" }
        }
        if !figures.isEmpty { lines.append("figures  \(figures.joined(separator: ", "))") }
        if let digest = json["sha256"]?.stringValue { lines.append("sha256   \(digest)") }
        for (key, value) in json["cut"]?.objectValue ?? JSONObject() { lines.append("cut      \(key): \(value.text)") }
        return lines
    }

    private static func record(of step: SessionReplay.Step) -> [String] {
        switch step.record {
        case .none: return step.entry.type == "page_delivered" ? ["content  not recorded"] : []
        case .sealed: return ["sealed   there are texts; --keys opens them"]
        case .erased(let announcement): return ["erased   as entry \(announcement) says"]
        case .wrong(let reason): return ["WRONG    \(reason)"]
        case .opened(let texts):
            var lines: [String] = []
            for (name, text) in texts {
                let value = ["content", "columns"].contains(name) ? try? JSONValue(parsing: text, limits: limits) : nil
                if let items = value?.arrayValue {
                    lines += items.map { "\(name == "content" ? "row     " : "column  ") \($0.text)" }
                } else {
                    lines.append("\(name): \(value?.text ?? String(decoding: text, as: UTF8.self))")
                }
            }
            return lines
        }
    }
}
