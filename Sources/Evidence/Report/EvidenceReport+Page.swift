import Audit
import JSON

extension EvidenceReport {
    /// The report as one file.
    var html: String {
        HTML(title: "Evidence from the audit log \(manifest.origin)", style: ReportStyle.css) { html in
            html.element("h1", text: "Evidence from the audit log")
            writeFacts(to: &html)
            writePersons(to: &html)
            writeJobs(to: &html)
            writeRefusals(to: &html)
            writeLooks(to: &html)
            writeGaps(to: &html)
            writeMappings(to: &html)
            writeOthers(to: &html)
            writeChecks(to: &html)
        }.source
    }

    // MARK: What this is

    private func writeFacts(to html: inout HTML) {
        html.element("table", ["class": "facts", "id": "facts"]) { table in
            table.element("tbody") { body in
                body.fact("Log", manifest.origin)
                body.fact("Chosen", chosenText)
                body.fact("Entries", countText)
                if let chosenTimes { body.fact("First and last", "\(chosenTimes.first) to \(chosenTimes.last)") }
                body.fact("Complete", completenessText)
                body.fact("Checkpoint", "over \(manifest.size) entries, numbered from 0")
                let keys = manifest.keys.map { "\($0.verifierKey) (\($0.source))" }
                body.fact("Keys", keys.isEmpty ? "none was named: ask who runs the log" : keys.joined(separator: "\n"))
                body.fact("Made by", manifest.software)
            }
        }
        html.element("p", ["class": "note"]) { note in
            note.text(
                "Made from the entries, the checkpoint and the manifest beside this file. Times are UTC. Literals of SQL are "
                    + "shown as ?; no cell of any result is in the log. Figures of bytes are BigQuery's, exactly."
            )
        }
    }

    private var chosenText: String {
        let parts = manifest.choice.parts.map { "\($0.name) \($0.value)" }
        return parts.isEmpty ? "the whole log" : parts.joined(separator: ", ")
    }

    private var countText: String {
        let numbers = chosenRange.map { ", numbers \($0.lowerBound) to \($0.upperBound)" } ?? ""
        return "\(manifest.selectedCount) chosen\(numbers); \(manifest.supportingCount) beside them that they refer to"
    }

    private var completenessText: String {
        guard manifest.choice.isPeriod else {
            return "this package cannot show that nothing else was chosen by; the whole log can"
        }
        return
            "every entry between the first and the last is here, with the one before and the one after, where there are any"
    }

    // MARK: Who

    private func writePersons(to html: inout HTML) {
        html.element("h2", text: "Who")
        guard !persons.isEmpty else { return html.element("p", text: "Nobody.") }
        let head = [
            "Person (who vouches)", "Sessions", "Jobs", "Refused", "Estimates", "Lists", "Pages", "Rows", "Bytes read",
        ]
        html.table("persons", head, numbers: 1..<head.count) { body in
            for (name, did) in persons {
                body.row(
                    [
                        name, String(did.sessions.count), String(did.jobs.count), String(did.refusals),
                        String(did.estimates), String(did.metadataReads), String(did.pages), String(did.rows),
                        String(did.bytesProcessed),
                    ],
                    numbers: 1..<head.count
                )
            }
        }
    }

    // MARK: What was accessed

    private func writeJobs(to html: inout HTML) {
        html.element("h2", text: "What was accessed, and how it was masked")
        guard !jobs.isEmpty else { return html.element("p", text: "No job.") }
        html.element("table", ["id": "jobs"]) { table in
            table.head(["Submitted", "Person", "Outcome", "Rows handed out", "Bytes read"], numbers: 3..<5)
            for job in jobs {
                table.element("tbody", ["class": "job"]) { body in
                    let reason = job.reason.map { " (\($0))" } ?? ""
                    body.row(
                        [
                            job.submitted ?? "not in the log", job.person, job.outcome + reason,
                            String(job.rowCount), job.bytesProcessed.map { String($0) } ?? "not known",
                        ],
                        numbers: 3..<5
                    )
                    body.element("tr") { $0.element("td", ["colspan": "5"]) { job.writeDetails(to: &$0) } }
                }
            }
        }
    }

    // MARK: What was refused

    private func writeRefusals(to html: inout HTML) {
        html.element("h2", text: "What was refused")
        if manifest.choice.dataset != nil {
            html.element(
                "p",
                ["class": "note"],
                text: "A refusal names no tables, so that none is chosen by a dataset."
            )
        }
        guard !refusals.isEmpty else { return html.element("p", text: "Nothing.") }
        html.table("refusals", ["Time", "Person", "Asked for", "Reasons", "SQL", "Entry"], numbers: 5..<6) { body in
            for entry in refusals {
                body.row(
                    [
                        entry.time, entry.person ?? entry.json["subject"]?.stringValue ?? "not known",
                        entry.json["tool"]?.stringValue ?? "to be let in", entry.refusalText,
                        entry.json["sql"]?.stringValue ?? "", String(entry.sequence),
                    ],
                    numbers: 5..<6
                )
            }
        }
    }

    private func writeLooks(to html: inout HTML) {
        html.element("h2", text: "What was examined without running it")
        guard !looks.isEmpty else { return html.element("p", text: "Nothing.") }
        html.table("looks", ["Time", "Person", "How", "What", "Entry"], numbers: 4..<5) { body in
            for entry in looks {
                let what =
                    entry.type == "query_estimated"
                    ? entry.json["sql"]?.stringValue ?? ""
                    : (entry.texts("resources") + ["\(entry.json["items"]?.integerValue ?? 0) items"])
                        .joined(separator: ", ")
                let how = entry.json["tool"]?.stringValue ?? "estimate"
                body.row([entry.time, entry.person ?? "", how, what, String(entry.sequence)], numbers: 4..<5)
            }
        }
    }

    // MARK: The rest

    private func writeGaps(to html: inout HTML) {
        html.element("h2", text: "Gaps")
        html.element(
            "p",
            text:
                "Stretches of a session of \(manifest.gapSeconds) s or more in which nothing that is chosen was recorded."
        )
        guard !gaps.isEmpty else { return html.element("p", text: "None.") }
        html.table("gaps", ["From", "To", "Seconds", "Person", "Session"], numbers: 2..<3) { body in
            for gap in gaps {
                body.row([gap.from, gap.to, String(gap.seconds), gap.person, gap.session], numbers: 2..<3)
            }
        }
    }

    private func writeMappings(to html: inout HTML) {
        html.element("h2", text: "Mappings in force")
        guard !mappings.isEmpty else { return html.element("p", text: "None is named.") }
        html.table("mappings", ["Digest", "Read", "Entry", "Roles", "Files"], numbers: 2..<3) { body in
            for mapping in mappings {
                body.row(
                    [
                        mapping.digest, mapping.loaded?.time ?? "not in the log",
                        mapping.loaded.map { String($0.sequence) } ?? "",
                        mapping.loaded?.texts("roles").joined(separator: ", ") ?? "",
                        mapping.hasFiles ? "in mapping/" : "not in this package",
                    ],
                    numbers: 2..<3
                )
            }
        }
    }

    private func writeOthers(to html: inout HTML) {
        html.element("h2", text: "Other entries")
        guard !others.isEmpty else { return html.element("p", text: "None.") }
        html.table("others", ["Time", "Type", "What it says", "Entry"], numbers: 3..<4) { body in
            for entry in others {
                body.row([entry.time, entry.type, entry.restText, String(entry.sequence)], numbers: 3..<4)
            }
        }
    }
}

extension ReportJob {
    fileprivate func writeDetails(to html: inout HTML) {
        html.element("dl") { list in
            list.detail("Job", "\(id) in \(project), \(location)", isCode: true)
            list.detail("Session", session, isCode: true)
            if let sql { list.detail("SQL", sql, isCode: true) }
            if !tables.isEmpty { list.detail("Tables", tables.joined(separator: ", ")) }
            list.element("dt", text: "Masked")
            list.element("dd") { writeMasks(to: &$0) }
            if cutCount > 0 { list.detail("Not shown", "\(cutCount) tables or columns that the entry had no room for") }
            if let bytesBilled { list.detail("Billed", "\(bytesBilled) bytes") }
            if let ended { list.detail("Ended", ended) }
            if !pages.isEmpty {
                list.element("dt", text: "Handed out")
                list.element("dd") { writePages(to: &$0) }
            }
            let outside = isBegunOutside ? " (submitted outside of what is chosen)" : ""
            list.detail("Entries", entries.map { String($0) }.joined(separator: ", ") + outside)
        }
    }

    private func writeMasks(to html: inout HTML) {
        guard !masks.isEmpty else { return html.text("nothing") }
        html.element("table", ["class": "inner masks"]) { table in
            table.head(["Column", "Tag", "Rule"])
            table.element("tbody") { body in
                for mask in masks { body.row(["\(mask.table).\(mask.column)", mask.tag, mask.rule]) }
            }
        }
    }

    private func writePages(to html: inout HTML) {
        html.element("table", ["class": "inner pages"]) { table in
            table.head(["Time", "Page", "Rows", "Bytes", "SHA-256 of the bytes"], numbers: 1..<4)
            table.element("tbody") { body in
                for page in pages {
                    body.element("tr") { row in
                        row.cell(page.time, isTime: true)
                        for number in [page.number, page.rows, page.bytes] { row.cell(String(number), isNumber: true) }
                        row.element("td") { $0.element("code", text: page.digest) }
                    }
                }
            }
        }
    }
}

extension AuditEntry {
    /// The codes of a refusal, with their places.
    fileprivate var refusalText: String {
        if let reason = json["reason"]?.stringValue { return reason }
        let reasons = (json["refused"]?.arrayValue ?? []).map { reason in
            let place = reason["line"]?.integerValue.map { " at \($0):\(reason["column"]?.integerValue ?? 0)" } ?? ""
            return (reason["code"]?.stringValue ?? "") + place
        }
        let counts = (json["refusals"]?.arrayValue ?? []).map { reason in
            "\(reason["reason"]?.stringValue ?? ""): \(reason["count"]?.integerValue ?? 0)"
        }
        return (reasons + counts).joined(separator: "\n")
    }

    /// All members but those that other cells have.
    fileprivate var restText: String {
        let shown: Set<String> = ["seq", "time", "type"]
        return (json.objectValue ?? JSONObject()).filter { !shown.contains($0.key) }
            .map { "\($0.key): \($0.value.stringValue ?? $0.value.text)" }.joined(separator: "\n")
    }
}
