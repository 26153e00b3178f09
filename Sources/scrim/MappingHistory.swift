import Foundation
import Masking

/// Finds mappings by their digests: in a directory as it is now, and in the Git history of that directory.
enum MappingHistory {
    /// - Returns: the files of those that were found.
    static func files(
        of digests: Set<String>,
        in directory: String
    ) throws(ConfigurationError) -> [String: [MappingFile]] {
        var wanted = digests
        var found: [String: [MappingFile]] = [:]
        func take(_ files: [MappingFile]) {
            let digest = Mapping.digest(of: files)
            guard wanted.remove(digest) != nil else { return }
            found[digest] = files.sorted { $0.path < $1.path }
        }
        take(try MappingDirectory.files(in: directory))
        guard !wanted.isEmpty else { return found }
        guard let commits = try? MappingRevision.git(["log", "--all", "--format=%H", "--", "."], directory) else {
            throw ConfigurationError("--mapping-git: `\(directory)` is not in a Git repository with a commit")
        }
        for commit in String(decoding: commits, as: UTF8.self).split(separator: "\n") where !wanted.isEmpty {
            // A commit that took the whole directory away has no files.
            guard let files = try? MappingRevision.files(at: String(commit), in: directory) else { continue }
            take(files)
        }
        return found
    }
}
