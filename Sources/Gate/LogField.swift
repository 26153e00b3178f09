public import Audit
public import BigQuery
public import Cryptography
public import Identity
public import Logging
import Masking

/// A value that the server's own log may have. `String` is none, so that no SQL, cell, argument or token gets there by
/// being interpolated: a type that conforms has a text that was made here or checked to be a name.
public protocol LogSafe: Sendable {
    /// What the log has of it.
    var logText: String { get }
}

/// One named value of a line of the log.
public struct LogField: Sendable {
    let key: StaticString
    let text: String

    /// Creates a field.
    public init(_ key: StaticString, _ value: some LogSafe) {
        self.key = key
        text = value.logText
    }

    /// Why something failed. Of an error whose text may hold anything, only the type is named.
    public static func reason(_ error: any Error) -> LogField {
        guard let safe = error as? any LogSafe else {
            return LogField("reason", text: "\(type(of: error))")
        }
        return LogField("reason", text: safe.logText)
    }

    /// Codes of refusals, which are words of the program.
    static func codes(_ refusals: [Refusal]) -> LogField {
        LogField("codes", text: refusals.map(\.code).joined(separator: " "))
    }

    private init(_ key: StaticString, text: String) {
        self.key = key
        self.text = text
    }
}

extension Logger {
    /// Writes a line: the only way to this module's and its users' logs (`Tests/LayoutTests` looks).
    public func record(_ level: Logger.Level, _ message: StaticString, _ fields: [LogField] = []) {
        let pairs = fields.map { ("\($0.key)", Logger.MetadataValue.string($0.text)) }
        log(level: level, "\(message)", metadata: Logger.Metadata(pairs) { first, _ in first })
    }
}

// Texts of these are made by the program, of names and paths that it was configured with.

extension AuditError: LogSafe {
    /// The message, of paths and codes.
    public var logText: String { message }
}

extension CryptographyError: LogSafe {
    /// The message, which never quotes a key.
    public var logText: String { message }
}

extension IdentityError: LogSafe {
    /// The message, of names of settings.
    public var logText: String { message }
}

extension BigQueryError: LogSafe {
    /// The reason and our own detail; what BigQuery wrote is not part of it.
    public var logText: String { description }
}

extension JobID: LogSafe {
    /// The ID, which was minted here.
    public var logText: String { text }
}

extension Duration: LogSafe {
    /// The time in seconds.
    public var logText: String { "\(self)" }
}

extension StaticString: LogSafe {
    /// The text, which stands in the program.
    public var logText: String { "\(self)" }
}
