import ArgumentParser
import Audit
import AuditIndex
import JSON

extension AuditCommand {
    /// `scrim audit index`.
    struct Index: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "index",
            abstract: "Makes the index that the other commands ask, or brings it up to date.",
            discussion: """
                The other commands do the same before they answer. The index holds nothing that the logs do not; it can \
                be removed at any time.

                EXAMPLE: scrim audit index --config scrim.yaml --rebuild
                """
        )

        @OptionGroup var locations: Locations

        @Flag(name: .long, help: "Make it anew.")
        var rebuild = false

        @Flag(name: .long, help: "Answer in JSON.")
        var json = false

        func run() async throws {
            try AuditCommand.reporting {
                let index = try locations.openIndex(isRebuilding: rebuild)
                let counts = try index.counts()
                if json {
                    let logs = index.logs.map { log -> JSONValue in
                        [
                            "origin": .string(log.origin), "directory": .string(log.directory),
                            "entries": .integer(log.entryCount),
                        ]
                    }
                    let answer: JSONValue = [
                        "index": .string(index.path), "rebuilt": .bool(index.isRebuilt), "logs": .array(logs),
                        "sessions": .integer(counts.sessions), "jobs": .integer(counts.jobs),
                    ]
                    print(answer.text)
                } else {
                    print(printable("\(index.path)\(index.isRebuilt ? ", made anew" : "")"))
                    for log in index.logs {
                        let entries = count(log.entryCount, "entry", "entries")
                        print(printable("log \(log.origin): \(entries) in \(log.directory)"))
                    }
                    print("\(count(counts.sessions, "session")), \(count(counts.jobs, "job"))")
                }
            }
        }
    }
}
