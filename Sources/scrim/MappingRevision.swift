import Foundation
import Masking

/// A mapping as a directory holds it now, or as a Git revision held it.
enum MappingRevision {
    /// Reads a directory, or where there is none of that name, a revision of the directory that holds the mapping.
    static func load(_ name: String, of directory: String?) throws -> Mapping {
        if MappingDirectory.isDirectory(name) {
            return try Mapping.load(files: MappingDirectory.files(in: name))
        }
        guard let directory else {
            throw ConfigurationError("`\(name)` is no directory; for a Git revision name --directory or --config")
        }
        return try Mapping.load(files: files(at: name, in: directory))
    }

    /// The files of the directory at a revision, hidden ones left out.
    static func files(at revision: String, in directory: String) throws(ConfigurationError) -> [MappingFile] {
        // Resolved first, so that what is asked for below is an object's name and cannot be read as an option.
        let commit = try git(
            ["rev-parse", "--verify", "--quiet", "--end-of-options", "\(revision)^{commit}"],
            directory
        )
        let id = String(decoding: commit, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        let names = try git(["ls-tree", "-r", "-z", "--name-only", id], directory)
        var files: [MappingFile] = []
        for name in names.split(separator: 0).map({ String(decoding: $0, as: UTF8.self) }) {
            guard !name.split(separator: "/").contains(where: { $0.hasPrefix(".") }) else { continue }
            let bytes = try git(["show", "\(id):./\(name)"], directory)
            guard bytes.count <= MappingDirectory.fileBytesMax, files.count < MappingDirectory.filesMax else {
                throw ConfigurationError("the mapping file `\(name)` of `\(revision)` is too large")
            }
            files.append(MappingFile(path: name, bytes: bytes))
        }
        guard !files.isEmpty else { throw ConfigurationError("`\(revision)` has no mapping in `\(directory)`") }
        return files
    }

    /// Runs Git in a directory and gives what it prints.
    static func git(_ arguments: [String], _ directory: String) throws(ConfigurationError) -> [UInt8] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["git", "-C", directory] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        let data: Data
        do {
            try process.run()
            data = try output.fileHandleForReading.readToEnd() ?? Data()
        } catch {
            throw ConfigurationError("git cannot be run: \(error)")
        }
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw ConfigurationError("git \(arguments.first ?? "") failed in `\(directory)`: no such revision?")
        }
        return Array(data)
    }
}
