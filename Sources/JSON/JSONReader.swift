/// Strict decoding of one object, with the full path in every error: `` `jobReference.jobId` must be a string``.
///
/// A member that is `null` counts as absent. Which members were asked for is remembered, so that ``finish()`` can
/// refuse all others.
public struct JSONReader {
    /// The object's members.
    public let object: JSONObject
    /// Where the object stands in its document; empty for the document itself.
    public let path: String
    private var asked: Set<String> = []

    /// Longest piece of a foreign name that an error repeats, in characters.
    private static let shownNameMax = 64

    /// Reads a value that must be an object.
    public init(_ value: JSONValue, path: String = "") throws(JSONError) {
        guard case .object(let object) = value else {
            throw JSONError(.wrongType, "\(Self.quoted(path)) must be an object, not \(value.kind)")
        }
        self.init(object, path: path)
    }

    /// Reads an object.
    public init(_ object: JSONObject, path: String = "") {
        self.object = object
        self.path = path
    }

    /// Parses bytes whose document must be an object.
    public init(parsing bytes: [UInt8], limits: JSONLimits = .standard) throws(JSONError) {
        try self.init(JSONValue(parsing: bytes, limits: limits))
    }

    /// The full path of a member, for errors.
    public func path(of key: String) -> String {
        let shown = key.count > Self.shownNameMax ? key.prefix(Self.shownNameMax) + "…" : key[...]
        return path.isEmpty ? String(shown) : "\(path).\(shown)"
    }

    /// An error about a member that has the right type and the wrong content.
    public func invalid(_ key: String, _ reason: String) -> JSONError {
        JSONError(.wrongType, "\(Self.quoted(path(of: key))) \(reason)")
    }

    /// Any value; `nil` when the member is absent or `null`.
    public mutating func optionalValue(_ key: String) -> JSONValue? {
        asked.insert(key)
        guard let value = object[key], !value.isNull else { return nil }
        return value
    }

    /// Any value but `null`, which must be there.
    public mutating func value(_ key: String) throws(JSONError) -> JSONValue {
        try required(key, optionalValue(key))
    }

    /// Refuses the object if it has members that nobody asked for.
    public func finish() throws(JSONError) {
        let unknown = object.keys.filter { !asked.contains($0) }
        guard let first = unknown.first else { return }
        let names = unknown.prefix(8).map { Self.quoted(path(of: $0)) }.joined(separator: ", ")
        let more = unknown.count > 8 ? " and \(unknown.count - 8) more" : ""
        throw JSONError(
            .unknownKey,
            unknown.count == 1 ? "unknown key \(Self.quoted(path(of: first)))" : "unknown keys \(names)\(more)"
        )
    }

    /// A member of one type; `nil` when absent, an error when of another type.
    mutating func optional<Result>(
        _ key: String,
        _ expected: String,
        _ convert: (JSONValue) -> Result?
    ) throws(JSONError) -> Result? {
        guard let value = optionalValue(key) else { return nil }
        guard let result = convert(value) else {
            throw JSONError(.wrongType, "\(Self.quoted(path(of: key))) must be \(expected), not \(value.kind)")
        }
        return result
    }

    func required<Result>(_ key: String, _ value: Result?) throws(JSONError) -> Result {
        guard let value else {
            throw JSONError(.missingKey, "\(Self.quoted(path(of: key))) is missing")
        }
        return value
    }

    static func quoted(_ path: String) -> String { path.isEmpty ? "the document" : "`\(path)`" }
}
