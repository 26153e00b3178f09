import Foundation

extension IdentityConfiguration.SecretSource {
    private static let bytesMax = 64 * 1024

    /// Where the secret is, for people.
    var place: String {
        switch self {
        case .file(let path): "the file `\(path)`"
        case .environment(let name): "the environment variable `\(name)`"
        }
    }

    /// The secret as it is there now, without white space around it; `nil` when there is none.
    func read() -> String? {
        let text: String?
        switch self {
        case .file(let path):
            guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
            defer { try? handle.close() }
            guard let data = try? handle.read(upToCount: Self.bytesMax + 1), data.count <= Self.bytesMax
            else { return nil }
            text = String(validating: data, as: UTF8.self)
        case .environment(let name):
            text = ProcessInfo.processInfo.environment[name]
        }
        guard let secret = text?.trimmingCharacters(in: .whitespacesAndNewlines), !secret.isEmpty else { return nil }
        return secret
    }
}
