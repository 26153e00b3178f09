import JSON

extension RequestRefused {
    func encode(into fields: inout EntryFields) throws(AuditError) -> CommitmentOpenings? {
        fields.text("tool", tool, bytesMax: EntryFields.Share.code)
        fields.text("job_id", jobID, bytesMax: EntryFields.Share.jobID)
        let refused = refusals.map { refusal in
            var object = JSONObject()
            object["code"] = .string(refusal.code)
            object["line"] = refusal.line.map { .integer(Int64($0)) }
            object["column"] = refusal.column.map { .integer(Int64($0)) }
            return JSONValue.object(object)
        }
        fields.list("refused", refused, bytesMax: EntryFields.Share.refusals)
        fields.text("sql", sqlShape, bytesMax: EntryFields.Share.sqlShape)
        return try texts?.commit(into: &fields)
    }
}

extension QueryEstimated {
    func encode(into fields: inout EntryFields) throws(AuditError) -> CommitmentOpenings? {
        fields.set("bytes_processed", bytesProcessed)
        fields.set("bytes_shown", bytesShown)
        return try query.encode(into: &fields)
    }
}

extension JobSubmitted {
    func encode(into fields: inout EntryFields) throws(AuditError) -> CommitmentOpenings? {
        job.encode(into: &fields)
        fields.text("tool", tool, bytesMax: EntryFields.Share.code)
        fields.set("bytes_billed_max", bytesBilledMax)
        fields.set("bytes_billed_asked", bytesBilledAsked)
        fields.text("sent_shape_sha256", sentShapeDigest, bytesMax: EntryFields.Share.code)
        return try query.encode(into: &fields)
    }
}

extension JobEnded {
    func encode(into fields: inout EntryFields) {
        job.encode(into: &fields)
        fields.set("outcome", .string(outcome.rawValue))
        fields.text("reason", reason, bytesMax: EntryFields.Share.code)
        fields.set("bytes_processed", statistics.bytesProcessed)
        fields.set("bytes_billed", statistics.bytesBilled)
        fields.set("bytes_shown", statistics.bytesShown)
        fields.set("slot_ms", statistics.slotMilliseconds)
        fields.set("cache_hit", statistics.isCacheHit.map { .bool($0) })
        fields.set("rows", statistics.totalRows)
        fields.list("tables", referencedTables, bytesMax: EntryFields.Share.resources)
    }
}

extension PageDelivered {
    func encode(into fields: inout EntryFields) throws(AuditError) -> CommitmentOpenings? {
        job.encode(into: &fields)
        fields.set("page", page)
        fields.set("rows", rowCount)
        fields.set("bytes", byteCount)
        fields.text("sha256", digest, bytesMax: EntryFields.Share.code)
        return try recorded?.commit(into: &fields)
    }
}

extension AuditQuery {
    fileprivate func encode(into fields: inout EntryFields) throws(AuditError) -> CommitmentOpenings? {
        fields.text("sql", sqlShape, bytesMax: EntryFields.Share.sqlShape)
        let openings = try texts.commit(into: &fields)
        fields.list("tables", tables, bytesMax: EntryFields.Share.resources)
        let masked = maskedColumns.map { column -> JSONValue in
            [
                "table": .string(column.table), "column": .string(column.column), "tag": .string(column.tag),
                "rule": .string(column.rule),
            ]
        }
        fields.list("masked_columns", masked, bytesMax: EntryFields.Share.maskedColumns)
        return openings
    }
}

extension AuditJob {
    fileprivate func encode(into fields: inout EntryFields) {
        var object = JSONObject()
        object["project"] = fields.bounded(project, as: "job.project", bytesMax: EntryFields.Share.name)
        object["location"] = fields.bounded(location, as: "job.location", bytesMax: EntryFields.Share.code)
        object["job_id"] = fields.bounded(jobID, as: "job.job_id", bytesMax: EntryFields.Share.jobID)
        fields.set("job", .object(object))
    }
}
