import Audit
import Foundation
import JSON

/// Decodes the parts of `scrim.yaml`; what it does not know is refused.
struct ConfigurationDecoder {
    let directory: URL
    let environment: [String: String]

    func decode(_ document: JSONValue) throws -> Configuration {
        var root = try JSONReader(document)
        let configuration = Configuration(
            listen: try listen(root.optionalObject("listen")),
            logLevel: try logLevel(root.optionalObject("log")),
            warehouse: try warehouse(root.object("bigquery")),
            identity: try IdentityDecoder(directory: directory).decode(root.object("identity")),
            mapping: path(try root.string("mapping")),
            keys: try keys(root.object("keys")),
            audit: try audit(root.object("audit")),
            limits: try limits(root.optionalObject("limits"))
        )
        try root.finish()
        try checkSink(of: configuration, &root)
        return configuration
    }

    func path(_ text: String) -> String { URL(filePath: text, relativeTo: directory).path }

    private func listen(_ reader: JSONReader?) throws -> Configuration.Listen {
        guard var reader else { return Configuration.Listen() }
        var listen = Configuration.Listen()
        if let host = try reader.optionalString("host") { listen.host = host }
        if let port = try reader.optionalInteger("port") {
            guard let checked = UInt16(exactly: port) else { throw reader.invalid("port", "must be 0 to 65535") }
            listen.port = Int(checked)
        }
        listen.connections = try connections(&reader)
        try reader.finish()
        return listen
    }

    private func warehouse(_ reader: JSONReader) throws -> Configuration.Warehouse {
        var reader = reader
        let credentials = try credentials(reader.object("credentials"))
        let configured = try reader.optionalString("endpoint")
        // The emulator's variable is a convenience of development and must never override what a file says.
        let emulator = environment["BIGQUERY_EMULATOR_HOST"].map { $0.contains("://") ? $0 : "http://\($0)" }
        let endpoint = configured ?? emulator
        if let endpoint, !Self.isHTTPSOrLoopback(endpoint) {
            throw reader.invalid("endpoint", "must be https, or http to a loopback address")
        }
        let datasets = try reader.strings("datasets")
        guard !datasets.isEmpty else { throw reader.invalid("datasets", "must name at least one dataset") }
        let warehouse = Configuration.Warehouse(
            project: try reader.string("project"),
            location: try reader.string("location"),
            defaultDataset: try reader.optionalString("default_dataset"),
            datasets: datasets,
            endpoint: endpoint,
            credentials: credentials,
            javaScriptFunctions: try reader.optionalBool("javascript_functions") ?? false
        )
        try reader.finish()
        return warehouse
    }

    private static func isHTTPSOrLoopback(_ endpoint: String) -> Bool {
        guard let url = URLComponents(string: endpoint), let host = url.host, url.user == nil else { return false }
        return url.scheme == "https"
            || (url.scheme == "http" && ["127.0.0.1", "localhost", "[::1]", "::1"].contains(host))
    }

    private func keys(_ reader: JSONReader) throws -> Configuration.Keys {
        var reader = reader
        let keys = Configuration.Keys(
            tokens: try keyFile(reader.object("tokens")),
            sealing: try keyFile(reader.object("sealing")),
            audit: try keyFile(reader.object("audit"))
        )
        try reader.finish()
        return keys
    }

    private func keyFile(_ reader: JSONReader) throws -> String {
        var reader = reader
        let file = path(try reader.string("file"))
        try reader.finish()
        return file
    }

    private func audit(_ reader: JSONReader) throws -> Configuration.AuditSettings {
        var reader = reader
        var origin: LogOrigin?
        if let name = try reader.optionalString("origin") {
            do throws(AuditError) {
                origin = try LogOrigin(name)
            } catch {
                throw reader.invalid("origin", error.message)
            }
        }
        let (anchorFile, anchors) = try anchors(reader.optionalObject("anchors"))
        let log = path(try reader.string("directory"))
        let settings = Configuration.AuditSettings(
            directory: log,
            origin: origin,
            anchorFile: anchorFile,
            anchors: anchors,
            sink: try reader.optionalObject("sink").map { try sink($0, ofLog: log) },
            recordsContent: try recordsContent(&reader),
            retention: try retention(&reader)
        )
        try reader.finish()
        return settings
    }

    private func limits(_ reader: JSONReader?) throws -> Configuration.Limits {
        guard var reader else { return Configuration.Limits() }
        var limits = Configuration.Limits()
        if let bytes = try amount("max_bytes_billed", in: &reader, Quantity.bytes) { limits.maxBytesBilled = bytes }
        if let bytes = try amount("page_bytes", in: &reader, Quantity.bytes) {
            guard (1000...256_000).contains(bytes) else { throw reader.invalid("page_bytes", "must be 1kB to 256kB") }
            limits.pageBytes = Int(bytes)
        }
        if let seconds = try amount("query_timeout", in: &reader, Quantity.seconds) {
            guard seconds <= 21_600 else { throw reader.invalid("query_timeout", "must be at most 6h") }
            limits.queryTimeoutSeconds = seconds
        }
        if let rows = try reader.optionalInteger("page_rows") {
            guard (1...10_000).contains(rows) else { throw reader.invalid("page_rows", "must be 1 to 10000") }
            limits.pageRows = Int(rows)
        }
        if let tables = try reader.optionalInteger("wildcard_tables") {
            guard (1...10_000).contains(tables) else { throw reader.invalid("wildcard_tables", "must be 1 to 10000") }
            limits.wildcardTables = Int(tables)
        }
        if let hours = try reader.optionalInteger("session_hours") {
            guard (1...24).contains(hours) else { throw reader.invalid("session_hours", "must be 1 to 24") }
            limits.sessionHours = Int(hours)
        }
        limits.calls = try calls(&reader)
        if let seconds = try shutdown(&reader) { limits.shutdownSeconds = seconds }
        try reader.finish()
        return limits
    }

    func amount(
        _ key: String,
        in reader: inout JSONReader,
        _ parse: (String) -> Int64?
    ) throws -> Int64? {
        guard let value = reader.optionalValue(key) else { return nil }
        let text = value.stringValue ?? value.integerValue.map { String($0) }
        guard let amount = text.flatMap(parse) else {
            throw reader.invalid(key, "must be a positive amount with a unit, such as 40kB, 100GB or 300s")
        }
        return amount
    }
}
