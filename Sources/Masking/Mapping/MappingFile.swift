/// One file of the mapping directory, read by the caller: this module does no input or output.
public struct MappingFile: Sendable, Hashable {
    /// The path inside the directory, with `/`: `tags.yaml`, `mapping.yaml`, `roles/analyst.yaml`.
    public let path: String
    /// The content.
    public let bytes: [UInt8]

    /// Creates a file.
    public init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }
}

/// One thing that is wrong in a mapping.
public struct MappingProblem: Sendable, Hashable, CustomStringConvertible {
    /// The file inside the mapping directory.
    public let path: String
    /// The line, counted from 1; `nil` when it is the file as a whole.
    public let line: Int?
    /// What is wrong: lower case, no full stop.
    public let message: String

    /// Creates a problem.
    public init(path: String, line: Int?, message: String) {
        self.path = path
        self.line = line
        self.message = message
    }

    /// `path:line: message`.
    public var description: String {
        line.map { "\(path):\($0): \(message)" } ?? "\(path): \(message)"
    }
}

/// Everything that is wrong in a mapping, at once; never empty.
public struct MappingErrors: Error, Sendable, Hashable, CustomStringConvertible {
    /// The problems, ordered by file and line.
    public let problems: [MappingProblem]

    init(_ problems: [MappingProblem]) {
        self.problems = problems.sorted { ($0.path, $0.line ?? 0) < ($1.path, $1.line ?? 0) }
    }

    /// One problem a line.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
