import Foundation

/// One Swift file of this repository, as the layout tests see it.
struct SourceFile {
    /// The path from the repository's root.
    let path: String
    /// The folder below `Sources` or `Tests`.
    let module: String
    let lines: [Substring]

    /// The modules that the file imports, whatever the access level and attributes of the import.
    var imports: [String] {
        lines.compactMap { line in
            let words = line.split(separator: " ")
            guard let position = words.firstIndex(of: "import"), position + 1 < words.count else { return nil }
            let modifiers: Set<Substring> = ["public", "package", "internal", "private", "fileprivate"]
            guard words[..<position].allSatisfy({ modifiers.contains($0) || $0.hasPrefix("@") }) else { return nil }
            let kinds: Set<Substring> = ["struct", "class", "enum", "func", "protocol", "typealias", "var", "let"]
            let rest = words[(position + 1)...].drop(while: kinds.contains)
            return rest.first?.split(separator: ".").first.map(String.init)
        }
    }
}

/// The checkout that these tests were compiled from.
enum SourceTree {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The Swift files below a folder of the root, in a stable order; nested packages' builds left out.
    static func files(under folder: String) throws -> [SourceFile] {
        let base = root.appending(path: folder)
        guard let paths = FileManager.default.enumerator(atPath: base.path) else { throw CocoaError(.fileNoSuchFile) }
        return try paths.compactMap { $0 as? String }
            .filter { $0.hasSuffix(".swift") && !$0.contains(".build/") }
            .sorted()
            .map { path in
                let text = try String(contentsOf: base.appending(path: path), encoding: .utf8)
                return SourceFile(
                    path: "\(folder)/\(path)",
                    module: String(path.prefix { $0 != "/" }),
                    lines: text.split(separator: "\n", omittingEmptySubsequences: false)
                )
            }
    }
}
