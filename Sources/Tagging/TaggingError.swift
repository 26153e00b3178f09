/// Why a file of changes or a plan cannot be used; without values of the data.
public struct TaggingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong and where.
    public let description: String

    init(_ description: String) { self.description = description }
}

/// Something that stands in the way of a plan, with what to do about it.
public struct TagFinding: Sendable, Hashable, CustomStringConvertible {
    /// `family.word`.
    public let code: String
    /// `project.dataset.table`, and of a column its path behind it.
    public let place: String
    /// What is wrong.
    public let message: String
    /// What to do about it.
    public let fix: String

    init(_ code: String, _ place: String, _ message: String, fix: String) {
        self.code = code
        self.place = place
        self.message = message
        self.fix = fix
    }

    /// One line for people.
    public var description: String { "\(place): \(message) (\(code)); \(fix)" }
}
