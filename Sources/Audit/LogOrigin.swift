import Glibc
import TransparencyLog

/// The name of a log, which is also the name of the keys that sign it: unique for each replica of a server.
///
/// <https://c2sp.org/tlog-checkpoint>
public struct LogOrigin: Sendable, Hashable, CustomStringConvertible {
    /// The longest name.
    public static let bytesMax = 255

    /// The name.
    public let description: String

    /// A name; a schema-less URL such as `audit.example.com/scrim-1`.
    ///
    /// - Throws: `key` when it is empty, too long, or has white space, `+` or a control character.
    public init(_ name: String) throws(AuditError) {
        guard NoteKey.isName(name), name.utf8.count <= Self.bytesMax else {
            throw AuditError(
                .key,
                "the name of a log has 1 to \(Self.bytesMax) bytes without white space, `+` and control characters"
            )
        }
        description = name
    }

    private init(known name: String) { description = name }

    /// Which name a log that is opened must have. A log keeps the one that it was made with.
    public enum Rule: Sendable, Hashable {
        /// This one; a new log gets it.
        case exactly(LogOrigin)
        /// Any; a new log gets this one.
        case forNewLog(LogOrigin)

        /// The name of a new log.
        var ofNewLog: LogOrigin {
            switch self {
            case .exactly(let origin), .forNewLog(let origin): origin
            }
        }
    }

    /// `scrim/` and the name of this machine, for a log that was given no name.
    public static var ofThisMachine: LogOrigin {
        var buffer = [UInt8](repeating: 0, count: 256)
        let found = unsafe buffer.withUnsafeMutableBytes { bytes in
            guard let name = unsafe bytes.bindMemory(to: CChar.self).baseAddress else { return false }
            return unsafe gethostname(name, bytes.count - 1) == 0
        }
        let host = found ? String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self) : ""
        let clean = host.lowercased().unicodeScalars.map { scalar -> Character in
            let isPlain = ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) || scalar == "." || scalar == "-"
            return isPlain ? Character(scalar) : "-"
        }
        return LogOrigin(known: "scrim/" + (clean.isEmpty ? "localhost" : String(clean.prefix(200))))
    }

    /// The log of admin commands beside a server's log of this name.
    public var admin: LogOrigin { LogOrigin(known: description + "/admin") }
}
