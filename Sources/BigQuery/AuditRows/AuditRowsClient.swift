public import Audit
public import Catalog
internal import Cryptography
internal import HTTPTransport
internal import JSON

/// Adds entries of the audit log to one table of the operator's: the only thing that this program ever writes for itself,
/// and all that this type can do.
///
/// <https://cloud.google.com/bigquery/docs/reference/rest/v2/tabledata/insertAll>
public final class AuditRowsClient: Sendable {
    /// The most rows of one request, as Google recommends.
    public static let rowsMax = 500
    /// The most bytes of entries in one request: each byte can take six when it is written as JSON, and BigQuery takes
    /// 10 MB.
    public static let entryBytesMax = 1_000_000
    /// The longest `insertId`.
    private static let insertIDBytesMax = 128
    private static let timeout = Duration.seconds(30)

    /// The table.
    public let table: TableID
    private let client: BigQueryClient

    /// A client for one table; nothing is sent yet.
    public init(table: TableID, client: BigQueryClient) {
        self.table = table
        self.client = client
    }

    /// Adds entries, all or none. The same entries may be added again: BigQuery drops rows of an `insertId` that it saw
    /// within the last minute or so, and others are told apart by `origin` and `seq`.
    ///
    /// - Throws: what BigQuery answers; the reason of the first row when it did not take rows.
    public func append(_ entries: [SignedEntry]) async throws(BigQueryError) {
        guard !entries.isEmpty else { return }
        let path = ["projects", table.project, "datasets", table.dataset, "tables", table.table, "insertAll"]
        let body: JSONValue = [
            "kind": "bigquery#tableDataInsertAllRequest", "skipInvalidRows": false, "ignoreUnknownValues": false,
            "rows": .array(entries.map { ["insertId": .string(Self.insertID($0)), "json": Self.row($0)] }),
        ]
        let call = BigQueryClient.Call(
            method: .post,
            url: try client.configuration.endpoint.url(path),
            body: body.serialized(),
            timeout: Self.timeout
        )
        let answer = try await client.repeating(call, as: .append)
        let failures = try BigQueryClient.decode(answer) { (reader) throws(JSONError) in
            var reader = reader
            return try reader.optionalArray("insertErrors") ?? []
        }
        guard let first = failures.first else { return }
        // BigQuery's text can quote the row.
        let reason = first["errors"]?.arrayValue?.first?["reason"]?.stringValue ?? "invalid"
        throw BigQueryError(
            BigQueryError.Reason(upstream: reason),
            detail: "\(failures.count) of \(entries.count) rows were not taken: see the table's columns",
            httpStatus: 200
        )
    }

    /// One row; `docs/evidence.md` has the table's schema.
    private static func row(_ signed: SignedEntry) -> JSONValue {
        let entry = signed.entry
        let text = { (text: String?) in text.map { JSONValue.string($0) } ?? .null }
        return [
            "origin": .string(signed.origin), "seq": .string(String(entry.sequence)), "time": .string(entry.time),
            "type": .string(entry.type), "session": text(entry.session), "person": text(entry.person),
            "job_id": text(entry.jobID), "entry": .string(String(decoding: signed.bytes, as: UTF8.self)),
            "leaf_hash": .string(Hex.encode(signed.leafHash)),
        ]
    }

    /// `origin/seq`; of a long name its digest.
    private static func insertID(_ entry: SignedEntry) -> String {
        let name = "\(entry.origin)/\(entry.sequence)"
        guard name.utf8.count > insertIDBytesMax else { return name }
        return "\(Hex.encode(SHA256.hash(Array(entry.origin.utf8))))/\(entry.sequence)"
    }
}
