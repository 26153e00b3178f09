import BigQuery
import Catalog
import Identity
import JSON
import Masking

/// A page as it goes to the caller.
struct DeliveredPage {
    let columns: [Column]
    /// Each an array of cells.
    let rows: [JSONValue]
    /// The rows of the whole result; nil when BigQuery does not say.
    let totalRows: Int64?
    /// What asks for the next page; nil on the last one.
    let cursor: String?
}

/// The shapes of the tools' answers, as the tools' output schemas promise them.
enum QueryAnswer {
    static let maskedBeneath = "BigQuery masked columns itself, beneath Scrim, for its service account"

    static func page(
        _ job: OpenJob,
        _ result: VerifiedResult,
        _ page: DeliveredPage,
        bytesShown: Int64,
        in answer: AnswerFrame
    ) -> JSONObject {
        [
            "job": answer.job(job),
            "session": .string(answer.session),
            "status": "done",
            "columns": columns(page.columns, job.query),
            "rows": .array(page.rows),
            "row_count": .integer(Int64(page.rows.count)),
            "total_rows": page.totalRows.map { .string(String($0)) } ?? .null,
            "truncated": .bool(page.cursor != nil),
            "next_cursor": page.cursor.map { .string($0) } ?? .null,
            "bytes_processed": .string(String(bytesShown)),
            "cache_hit": .bool(result.cacheHit),
            "masked_columns": maskedColumns(job.query),
            "notes": .array(result.notes.map { .string($0) }),
        ]
    }

    /// A job that is not done yet: the same shape, with no rows.
    static func running(_ job: OpenJob, in answer: AnswerFrame) -> JSONObject {
        [
            "job": answer.job(job),
            "session": .string(answer.session),
            "status": "running",
            "columns": [],
            "rows": [],
            "row_count": 0,
            "total_rows": .null,
            "truncated": false,
            "next_cursor": .null,
            "bytes_processed": .null,
            "cache_hit": false,
            "masked_columns": maskedColumns(job.query),
            "notes": ["the query is still running: call `get_job` with this job_id and `wait_s`"],
        ]
    }

    static func cancelled(_ job: OpenJob, status: String, in answer: AnswerFrame) -> JSONObject {
        ["job": answer.job(job), "status": .string(status)]
    }

    static func estimate(_ query: MaskedQuery, _ statistics: QueryStatistics, bytesShown: Int64) -> JSONObject {
        [
            "columns": columns(statistics.columns ?? [], query),
            "masked_columns": maskedColumns(query),
            "bytes_processed": .string(String(bytesShown)),
            "rewritten_sql": .string(query.shownSQL),
            "notes": query.touchesMaskedTable
                ? ["a masked column takes part, so the bytes are rounded up to 10 MiB"] : [],
        ]
    }

    private static func columns(_ columns: [Column], _ query: MaskedQuery) -> JSONValue {
        let masks = query.outputMasks(columnCount: columns.count)
        return .array(
            zip(columns, masks).map { column, mask in
                [
                    "name": .string(column.name),
                    "type": .string(column.type.name),
                    "mode": .string(column.mode.name),
                    "masked": mask.map(maskJSON) ?? .null,
                ]
            }
        )
    }

    static func maskJSON(_ mask: ColumnMask) -> JSONValue {
        ["tag": .string(mask.tag), "rule": .string(mask.rule.name)]
    }

    static func maskedColumns(_ query: MaskedQuery) -> JSONValue {
        .array(
            query.maskedColumns.map { column in
                [
                    "table": .string(column.table.description),
                    "column": .string(column.column),
                    "tag": .string(column.tag),
                    "rule": .string(column.rule.name),
                ]
            }
        )
    }
}

/// What every answer about a job carries besides its own content.
struct AnswerFrame {
    let session: String
    let project: String
    let location: String

    func job(_ job: OpenJob) -> JSONValue {
        ["project": .string(project), "location": .string(location), "job_id": .string(job.id.text)]
    }
}

extension QueryGate {
    /// The frame of answers to a caller.
    func frame(_ caller: Requester) -> AnswerFrame {
        AnswerFrame(session: caller.session.text, project: settings.project, location: settings.location)
    }
}
