import ArgumentParser
import Audit
import Evidence
import Foundation
import JSON

extension AuditCommand {
    /// `scrim audit check-export`.
    struct CheckExport: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check-export",
            abstract: "Checks a package of `scrim audit export` without the log.",
            discussion: """
                Each file has the digest that is listed, each entry is proved to be under the checkpoint, no entry is there \
                that was not asked for, of a period none is missing, and the report is what the entries say. Exit code 0: \
                all of that holds; 1: something does not. Without --key it can only say `self-consistent, key not trusted`.

                EXAMPLE: scrim audit check-export evidence --key scrim/host-1+1f2e3d4c+AX…
                """
        )

        @Argument(help: "The package's directory.")
        var package: String

        @Option(
            name: .long,
            help: "A verifier key of the log, from somebody whom you trust; may be given several times."
        )
        var key: [String] = []

        @Flag(name: .long, help: "Answer in JSON.")
        var json = false

        func run() async throws {
            try AuditCommand.reporting {
                var check = PackageCheck(
                    files: try Self.files(in: package),
                    trustedKeys: try key.map { try VerifierKey($0) }
                )
                let result = check.run()
                if json { print(Self.json(of: result).text) } else { Self.printText(of: result) }
                guard result.findings.isEmpty else { throw ExitCode(1) }
            }
        }

        private static func files(in directory: String) throws(ConfigurationError) -> [String: [UInt8]] {
            guard let names = try? FileManager.default.subpathsOfDirectory(atPath: directory) else {
                throw ConfigurationError("`\(directory)` cannot be read")
            }
            var files: [String: [UInt8]] = [:]
            for name in names where !MappingDirectory.isDirectory("\(directory)/\(name)") {
                guard let content = FileManager.default.contents(atPath: "\(directory)/\(name)") else {
                    throw ConfigurationError("`\(directory)/\(name)` cannot be read")
                }
                files[name] = [UInt8](content)
            }
            return files
        }

        private static func json(of result: PackageCheck.Result) -> JSONValue {
            [
                "verdict": .string(result.verdict), "key_trusted": .bool(result.isKeyTrusted),
                "origin": result.origin.map { .string($0) } ?? .null, "proven": .integer(Int64(result.provenCount)),
                "selected": .integer(Int64(result.selectedCount)),
                "findings": .array(result.findings.map { .string($0) }),
            ]
        }

        private static func printText(of result: PackageCheck.Result) {
            print(result.verdict)
            if let origin = result.origin { print("log \(printable(origin))") }
            print("\(count(result.provenCount, "entry", "entries")) proved, \(result.selectedCount) of them chosen")
            for finding in result.findings { print(printable(finding)) }
        }
    }
}
