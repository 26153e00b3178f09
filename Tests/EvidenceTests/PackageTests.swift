import Audit
import Cryptography
import Masking
import Testing

@testable import Evidence

@Suite("Packages")
struct PackageTests {
    private func package(
        _ fixture: EvidenceFixture,
        _ choice: EvidenceChoice = EvidenceChoice(),
        mapping: [MappingFile] = []
    ) throws -> [String: [UInt8]] {
        var package = try EvidencePackage(
            of: SignedLog(directory: fixture.directory),
            choice: choice,
            gapSeconds: 120,
            keys: [NamedKey(verifierKey: fixture.key, source: "test")],
            software: "scrim/test",
            mappingFiles: { digests in
                mapping.isEmpty ? [:] : Dictionary(uniqueKeysWithValues: digests.map { ($0, mapping) })
            }
        )
        var files: [String: [UInt8]] = [:]
        try package.forEachFile { files[$0] = $1 }
        return files
    }

    private func check(_ files: [String: [UInt8]], _ fixture: EvidenceFixture) throws -> PackageCheck.Result {
        var check = PackageCheck(files: files, trustedKeys: [try VerifierKey(fixture.key)])
        return check.run()
    }

    private func numbers(_ files: [String: [UInt8]]) -> [Int64] {
        (files["entries.jsonl"] ?? []).split(separator: UInt8(ascii: "\n"))
            .compactMap { SignedEntry(origin: "x", bytes: Array($0))?.sequence }
    }

    /// What is chosen, and the entries that are then in the package.
    static let choices: [(@Sendable (inout EvidenceChoice) -> Void, [Int64])] = [
        ({ _ in }, Array(0...10)),
        ({ $0.subject = "bob" }, [0, 8, 9]),
        ({ $0.dataset = "demo.bank" }, [0, 3, 4, 5, 6]),
        ({ $0.session = "session-of-ann" }, [0, 2, 3, 4, 5, 6, 7]),
        ({ $0.job = "job-2" }, [0, 8, 9]),
        // Entry 6 alone: with the submission of its job, the mapping, and its neighbours.
        (
            {
                $0.from = "2026-11-22T00:08:00.000000Z"; $0.to = "2026-11-22T00:09:00.000000Z"
            }, [0, 3, 5, 6, 7]
        ),
        (
            {
                $0.subject = "ann"; $0.from = "2026-11-22T00:08:00.000000Z"
            }, [0, 3, 6, 7]
        ),
        ({ $0.subject = "nobody" }, []),
    ]

    @Test(arguments: choices.indices)
    func `a package has what is chosen and what that refers to, and verifies`(index: Int) async throws {
        let fixture = try await EvidenceFixture.filled()
        var choice = EvidenceChoice()
        Self.choices[index].0(&choice)
        let files = try package(fixture, choice)
        #expect(numbers(files) == Self.choices[index].1)
        let result = try check(files, fixture)
        #expect(result.findings == [] && result.verdict == "verified")
        #expect(try package(fixture, choice) == files, "the same bytes each time")
    }

    @Test
    func `every changed bit of every file is found`() async throws {
        let fixture = try await EvidenceFixture.filled()
        let files = try package(fixture)
        for (name, bytes) in files {
            for place in Set([0, bytes.count / 3, bytes.count / 2, bytes.count - 1]) {
                var changed = files
                changed[name]?[place] ^= 1
                #expect(try check(changed, fixture).findings != [], "\(name), byte \(place)")
            }
            var without = files
            without[name] = nil
            #expect(try check(without, fixture).findings != [], "\(name) is gone")
        }
        var more = files
        more["more.txt"] = [1]
        #expect(try check(more, fixture).findings != [])
    }

    /// Whoever makes the sums anew, as anybody can, is found by what the sums are of.
    private func resummed(_ files: [String: [UInt8]]) -> [String: [UInt8]] {
        var files = files
        files["SHA256SUMS"] = nil
        let lines = files.sorted { $0.key < $1.key }.map { "\(Hex.encode(SHA256.hash($0.value)))  \($0.key)\n" }
        files["SHA256SUMS"] = Array(lines.joined().utf8)
        return files
    }

    @Test
    func `an entry that is dropped, changed or put in is found although the sums were made anew`() async throws {
        let fixture = try await EvidenceFixture.filled()
        let whole = try package(fixture)
        #expect(resummed(whole) == whole)
        var lines = (whole["entries.jsonl"] ?? []).split(separator: UInt8(ascii: "\n")).map(Array.init)
        let dropped = lines.remove(at: 4)
        var files = whole
        files["entries.jsonl"] = Array(lines.joined(separator: [UInt8(ascii: "\n")])) + [UInt8(ascii: "\n")]
        files["proofs/4.tlog-proof"] = nil
        #expect(try check(resummed(files), fixture).findings.contains { $0.contains("entry 4 is missing") })
        // A person's package with an entry of somebody else.
        var choice = EvidenceChoice()
        choice.subject = "bob"
        files = try package(fixture, choice)
        files["entries.jsonl"] = (files["entries.jsonl"] ?? [])
        var own = (files["entries.jsonl"] ?? []).split(separator: UInt8(ascii: "\n")).map(Array.init)
        own.insert(dropped, at: 1)
        files["entries.jsonl"] = Array(own.joined(separator: [UInt8(ascii: "\n")])) + [UInt8(ascii: "\n")]
        files["proofs/4.tlog-proof"] = whole["proofs/4.tlog-proof"]
        #expect(try check(resummed(files), fixture).findings.contains { $0.contains("does not belong") })
        // Another report beside true entries.
        files = whole
        files["report.html"] = Array(
            String(decoding: whole["report.html"] ?? [], as: UTF8.self)
                .replacingOccurrence(of: "statement.drop", with: "statement.none").utf8
        )
        #expect(try check(resummed(files), fixture).findings.count == 1)
    }

    @Test
    func `the checkpoint continues the earlier ones, and many of them are thinned`() async throws {
        let fixture = try await EvidenceFixture.filled()
        for _ in 0..<3 {
            let log = try fixture.open()
            _ = try await log.append(.serverStopped(ServerStopped(reason: "x")))
            try await log.close()
        }
        let files = try package(fixture)
        let history = (files["history"] ?? []).split(separator: UInt8(ascii: "\n"))
        #expect(history.count >= 4 && files.keys.filter { $0.hasPrefix("consistency/") }.count == history.count)
        #expect(try check(files, fixture).findings == [])
        // A proof of another size in its place.
        var changed = files
        changed["consistency/11"] = files["consistency/12"]
        #expect(try check(resummed(changed), fixture).findings.count == 1)
        changed["consistency/11"] = nil
        #expect(try check(resummed(changed), fixture).findings.count == 1)
        let thinned = EvidencePackage.thinned(Array(0..<43_200))
        #expect(
            thinned.count <= EvidencePackage.historyMax && thinned.first == 0
                && thinned.suffix(3) == [43197, 43198, 43199]
        )
        #expect(EvidencePackage.thinned(Array(0..<1001)).count <= EvidencePackage.historyMax)
        #expect(EvidencePackage.thinned([1, 2]) == [1, 2])
    }

    @Test
    func `a key of another log is not trusted, and none leaves it open`() async throws {
        let fixture = try await EvidenceFixture.filled()
        let other = try EvidenceFixture()
        let files = try package(fixture)
        #expect(try check(files, other).verdict == "NOT VERIFIED")
        var check = PackageCheck(files: files, trustedKeys: [])
        #expect(check.run().verdict == "self-consistent, key not trusted")
    }

    @Test
    func `files of mappings are there where they are found, and must have their digest`() async throws {
        let fixture = try EvidenceFixture()
        let mapping = [MappingFile(path: "tags.yaml", bytes: [1]), MappingFile(path: "roles/a.yaml", bytes: [2])]
        let log = try fixture.open()
        let digest = Mapping.digest(of: mapping)
        _ = try await log.append(.mappingLoaded(MappingLoaded(digest: digest, fileCount: 2, roles: ["a"])))
        try await log.close()
        var files = try package(fixture, mapping: mapping)
        #expect(files["mapping/\(digest)/roles/a.yaml"] == [2])
        #expect(try check(files, fixture).findings == [])
        files["mapping/\(digest)/roles/a.yaml"] = [3]
        #expect(try check(resummed(files), fixture).findings.count == 1)
    }

    @Test
    func `a log that is written meanwhile gives whole packages`() async throws {
        let fixture = try EvidenceFixture()
        let log = try fixture.open()
        let writing = Task {
            for _ in 0..<600 { _ = try await log.append(.serverStopped(ServerStopped(reason: "x"))) }
        }
        try await log.checkpoint()
        for _ in 0..<5 {
            let files = try package(fixture)
            #expect(try check(files, fixture).verdict == "verified")
            try await Task.sleep(for: .milliseconds(30))
            try await log.checkpoint()
        }
        try await writing.value
        try await log.close()
        #expect(try numbers(package(fixture)) == Array(0..<600))
    }

    @Test
    func `too much is refused`() async throws {
        let fixture = try await EvidenceFixture.filled()
        #expect(throws: EvidenceError.self) {
            try EvidenceEntries(of: SignedLog(directory: fixture.directory), choice: EvidenceChoice(), entriesMax: 10)
        }
    }
}

extension String {
    fileprivate func replacingOccurrence(of old: String, with new: String) -> String {
        split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
    }
}
