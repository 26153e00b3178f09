import Audit
import Foundation
import GRDB
import JSON

/// One row of `jobs`: what the entries about a job say, whatever the order in which logs are read.
struct JobRow {
    let id: Int64
    let name: ExactText
    /// Whether it has not been written yet.
    let isNew: Bool
    /// What it is found by, as far as that is written: the time and the lists.
    let written: Terms

    struct Terms: Hashable {
        var time: Int64
        var tables: Int64 = 0
        var masks: Int64 = 0
        var endedTables: Int64 = 0
    }

    var terms: Terms
    var project: Int64 = 0
    var location: Int64 = 0
    var session: Int64 = 0
    var caller: Int64 = 0
    var isSubmitted = false
    /// The log and the number of the entry that submitted it, or first mentions it.
    var log: Int64
    var sequence: Int64
    var sql: Int64 = 0
    var masksCut: Int64 = 0
    var ended: Int64?
    var endedLog: Int64 = 0
    var outcome: Int64 = 0
    var reason: Int64 = 0
    var bytesProcessed: Int64?
    var bytesBilled: Int64?
    var slotMilliseconds: Int64?
    var pages: Int64 = 0
    var rows: Int64 = 0

    init(id: Int64, name: ExactText, time: Int64, log: Int64, sequence: Int64) {
        self.id = id
        self.name = name
        self.log = log
        self.sequence = sequence
        isNew = true
        terms = Terms(time: time)
        written = terms
    }

    /// Takes up what one entry says.
    mutating func add(_ entry: EntryFacts, in interning: Interning) throws {
        let json = entry.entry.json
        let isSubmission = entry.entry.type == "job_submitted"
        let isEarlier = (entry.time, entry.log) < (terms.time, log)
        if isSubmission || (!isSubmitted && (isEarlier || entry.isAt(log, sequence))) {
            terms.time = entry.time
            (log, sequence) = (entry.log, entry.entry.sequence)
            (session, caller) = (entry.session, entry.caller)
            project = try interning.name(json["job"]?["project"]?.stringValue)
            location = try interning.name(json["job"]?["location"]?.stringValue)
            isSubmitted = isSubmission
        }
        switch entry.entry.type {
        case "job_submitted":
            sql = try interning.sql(json["sql"]?.stringValue)
            terms.tables = try interning.list(json["tables"])
            terms.masks = try interning.list(json["masked_columns"])
            // What it is found by gets its numbers now, in the order of the entries, and not when the batch is written.
            _ = try interning.terms(ofTables: terms.tables)
            _ = try interning.terms(ofMasks: terms.masks)
            masksCut = json["cut"]?["masked_columns"]?.integerValue ?? 0
        case "job_ended":
            // In one log the later entry counts, of several logs the later time.
            guard entry.log == endedLog || entry.time >= ended ?? entry.time else { return }
            (ended, endedLog) = (entry.time, entry.log)
            outcome = try interning.name(json["outcome"]?.stringValue)
            reason = try interning.name(json["reason"]?.stringValue)
            bytesProcessed = json["bytes_processed"]?.integerValue
            bytesBilled = json["bytes_billed"]?.integerValue
            slotMilliseconds = json["slot_ms"]?.integerValue
            terms.endedTables = try interning.list(json["tables"])
            _ = try interning.terms(ofTables: terms.endedTables)
        case "page_delivered":
            pages += 1
            rows = rows.adding(json["rows"]?.integerValue)
        default: break
        }
    }
}

extension JobRow {
    static let columns = """
        id, name, time, project, location, session, caller, submitted, log, seq, sql, tables, masks, masks_cut, ended,
        ended_log, outcome, reason, bytes_processed, bytes_billed, slot_ms, ended_tables, pages, rows
        """

    /// A row as it was written.
    init(_ row: Row, name: ExactText) {
        id = row["id"]
        self.name = name
        isNew = false
        terms = Terms(time: row["time"], tables: row["tables"], masks: row["masks"], endedTables: row["ended_tables"])
        written = terms
        project = row["project"]
        location = row["location"]
        session = row["session"]
        caller = row["caller"]
        isSubmitted = row["submitted"]
        log = row["log"]
        sequence = row["seq"]
        sql = row["sql"]
        masksCut = row["masks_cut"]
        ended = row["ended"]
        endedLog = row["ended_log"]
        outcome = row["outcome"]
        reason = row["reason"]
        bytesProcessed = row["bytes_processed"]
        bytesBilled = row["bytes_billed"]
        slotMilliseconds = row["slot_ms"]
        pages = row["pages"]
        rows = row["rows"]
    }

    /// The values of ``columns``.
    var values: StatementArguments {
        [
            id, name.data, terms.time, project, location, session, caller, isSubmitted, log, sequence, sql,
            terms.tables, terms.masks, masksCut, ended, endedLog, outcome, reason, bytesProcessed, bytesBilled,
            slotMilliseconds, terms.endedTables, pages, rows,
        ]
    }
}

/// An entry with the numbers that its session and its caller have in the index.
struct EntryFacts {
    let entry: AuditEntry
    let log: Int64
    let time: Int64
    /// 0 for none.
    let session: Int64
    let caller: Int64

    func isAt(_ log: Int64, _ sequence: Int64) -> Bool { self.log == log && entry.sequence == sequence }
}

extension Int64 {
    /// The sum, or the largest number where it does not fit; nothing is added for a number that is absent.
    func adding(_ other: Int64?) -> Int64 {
        let (sum, isOver) = addingReportingOverflow(other ?? 0)
        return isOver ? .max : sum
    }
}
