import Foundation
import Glibc

/// A sandbox for the tests of this module: started when first asked for, ended with the process that started it.
enum SandboxProcess {
    struct Address: Sendable {
        let url: String
        let keyFile: String
    }

    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let script = root.appending(path: "Tests/Sandbox/run")

    /// Whether the sandbox's environment is there; the tests that need it are skipped, and say so, when it is not.
    static let isInstalled =
        FileManager.default.isExecutableFile(atPath: script.path)
        && (ProcessInfo.processInfo.environment["SCRIM_SANDBOX_PYTHON"] != nil
            || FileManager.default.isExecutableFile(atPath: root.appending(path: ".venv/bin/python").path))

    /// Runs a body against a fresh sandbox, and ends it.
    static func with<Result>(_ body: (Address) async throws -> Result) async throws -> Result {
        let process = Process()
        process.executableURL = script
        process.arguments = ["--port", "0"]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try unmasked { try process.run() }
        defer {
            process.terminate()
            process.waitUntilExit()
        }
        var line = ""
        while !line.hasSuffix("\n") {
            guard let bytes = try output.fileHandleForReading.read(upToCount: 1), !bytes.isEmpty else {
                throw CocoaError(.fileReadUnknown)
            }
            line += String(decoding: bytes, as: UTF8.self)
        }
        let words = line.split(whereSeparator: \.isWhitespace)
        guard words.count == 3, words[0] == "ready", words[2].hasPrefix("key=") else {
            throw CocoaError(.fileReadCorruptFile)
        }
        return try await body(Address(url: String(words[1]), keyFile: String(words[2].dropFirst("key=".count))))
    }

    /// Runs a body with no signal blocked. Swift's threads block most of them, a child inherits that, and would never
    /// see the SIGTERM that ends it.
    private static func unmasked(_ body: () throws -> Void) rethrows {
        var none = sigset_t()
        var before = sigset_t()
        unsafe sigemptyset(&none)
        unsafe pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        try body()
    }
}
