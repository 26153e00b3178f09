import Foundation
import Masking

/// Reads the mapping directory; what the files say is Masking's to judge.
enum MappingDirectory {
    static let fileBytesMax = 1_000_000
    static let filesMax = 1000

    static func load(_ path: String) throws(ConfigurationError) -> Mapping {
        do {
            return try Mapping.load(files: files(in: path))
        } catch let error as ConfigurationError {
            throw error
        } catch {
            throw ConfigurationError("mapping `\(path)`:\n\(error)")
        }
    }

    /// Every file below the directory but hidden ones, which editors and Git leave.
    static func files(in path: String) throws(ConfigurationError) -> [MappingFile] {
        guard let names = try? FileManager.default.subpathsOfDirectory(atPath: path) else {
            throw ConfigurationError("the mapping directory `\(path)` cannot be read")
        }
        var files: [MappingFile] = []
        for name in names where !name.split(separator: "/").contains(where: { $0.hasPrefix(".") }) {
            let file = "\(path)/\(name)"
            guard !isDirectory(file) else { continue }
            guard let data = FileManager.default.contents(atPath: file), data.count <= fileBytesMax,
                files.count < filesMax
            else {
                throw ConfigurationError("the mapping file `\(file)` cannot be read or is too large")
            }
            files.append(MappingFile(path: name, bytes: Array(data)))
        }
        return files
    }

    /// Whether there is a directory of this name.
    static func isDirectory(_ path: String) -> Bool {
        (try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType) == .typeDirectory
    }
}
