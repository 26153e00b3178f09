import Gate
import Logging
import Testing

@testable import BigQuery

@Suite("The server's own log")
struct LogFieldTests {
    /// Keeps what is written.
    private final class Lines: LogHandler, @unchecked Sendable {
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace
        var written: [String] = []

        subscript(metadataKey key: String) -> Logger.MetadataValue? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            written.append("\(event.level) \(event.message) \(event.metadata ?? [:])")
        }
    }

    /// An error as a library could throw one.
    private struct QuotingError: Error, CustomStringConvertible {
        let description = "no such value: CANARY"
    }

    private func written(_ fields: [LogField]) -> String {
        let lines = Lines()
        Logger(label: "test") { _ in lines }.record(.error, "it failed", fields)
        return lines.written.joined()
    }

    @Test
    func `an error of an unknown type is named and not quoted`() {
        let line = written([.reason(QuotingError())])
        #expect(line.contains("QuotingError") && !line.contains("CANARY"))
    }

    @Test
    func `what BigQuery wrote is not part of its error`() {
        let text = UpstreamText(reason: "invalidQuery", location: nil, message: "CANARY")
        let error = BigQueryError(.invalidQuery, upstream: text)
        let line = written([.reason(error)])
        #expect(error.upstreamMessage?.sensitiveText == "CANARY")
        #expect(line.contains("invalidQuery") && !line.contains("CANARY"))
    }

    @Test
    func `a field has its name and its value`() {
        #expect(written([LogField("time", Duration.seconds(3))]).contains("\"time\": 3.0 seconds"))
    }
}
