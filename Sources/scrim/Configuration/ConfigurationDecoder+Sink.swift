import Catalog
import Gate
import JSON

/// The table that audit entries are copied to.
extension ConfigurationDecoder {
    func sink(_ reader: JSONReader, ofLog log: String) throws -> Configuration.AuditSinkSettings {
        var reader = reader
        let parts = try reader.string("table").split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty }) else {
            throw reader.invalid("table", "must be `project.dataset.table`")
        }
        var account: String?
        if var credentials = try reader.optionalObject("credentials") {
            account = path(try credentials.string("service_account_file"))
            try credentials.finish()
        }
        // Nothing but the log is in the log's directory.
        let file = try reader.optionalString("state").map { path($0) } ?? log + "-sink.json"
        guard !file.hasPrefix(log + "/") else {
            throw reader.invalid("state", "must be outside of the log's directory")
        }
        var sink = Configuration.AuditSinkSettings(
            table: TableID(project: parts[0], dataset: parts[1], table: parts[2]),
            serviceAccountFile: account,
            stateFile: file
        )
        if let seconds = try amount("lag", in: &reader, Quantity.seconds) { sink.lagSeconds = seconds }
        try reader.finish()
        return sink
    }

    /// What callers may read must not hold what they did.
    func checkSink(of configuration: Configuration, _ root: inout JSONReader) throws {
        guard let sink = configuration.audit.sink else { return }
        let open = GateSettings(configuration).datasets
        guard !open.contains(sink.table.datasetID) else {
            throw root.invalid("audit.sink.table", "is in a dataset that callers may read")
        }
    }
}
