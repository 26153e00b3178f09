import Audit
import Cryptography
import Testing
import TransparencyLog

/// SplitMix64: the same numbers for the same seed on every machine.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// A closed log of more than one bundle, so that there are full tiles, partial ones and two files of blobs.
private func makeLargeLog() async throws -> LogFixture {
    let fixture = try LogFixture()
    let log = try fixture.open()
    for number in 0..<300 {
        _ = try await log.append(
            number % 10 == 0 ? .jobSubmitted(Sample.context, Sample.submitted(number)) : Sample.all[9]
        )
        if number == 100 || number == 270 { try await log.checkpoint() }
    }
    try await log.close()
    return fixture
}

@Test
func `every flipped bit of a small log is found`() async throws {
    let fixture = try LogFixture()
    let log = try fixture.open()
    _ = try await log.append(Sample.all[0])
    _ = try await log.append(.requestRefused(Sample.context, Sample.refused))
    try await log.close()
    for (name, original) in try fixture.files() {
        for index in original.indices {
            for bit in 0..<8 as Range<UInt8> {
                var changed = original
                changed[index] ^= 1 << bit
                try fixture.write(changed, to: name)
                #expect(try !verify(fixture).holds, "bit \(bit) of byte \(index) of \(name)")
            }
        }
        try fixture.write(original, to: name)
    }
    #expect(try verify(fixture).verdict == "verified")
}

@Test
func `files cut, emptied, extended, exchanged and removed are found`() async throws {
    let fixture = try await makeLargeLog()
    let files = try fixture.files()
    #expect(
        Set(["tile/0/000", "tile/1/000.p/1", "tile/entries/001.p/44", "blobs/000", "blobs/001"]).isSubset(
            of: files.keys
        )
    )
    var random = SeededGenerator(state: 7)
    for (name, original) in files {
        let cuts = (0..<4).map { _ in Int.random(in: 0..<original.count, using: &random) }
        for count in Set(cuts + [0, original.count - 1]) {
            try fixture.write(Array(original.prefix(count)), to: name)
            #expect(try !verify(fixture).holds, "\(name) cut at \(count)")
        }
        for more in [[UInt8(ascii: "\n")], [0], original] {
            try fixture.write(original + more, to: name)
            #expect(try !verify(fixture).holds, "\(name) with \(more.count) bytes more")
        }
        for (other, bytes) in files where bytes != original {
            try fixture.write(bytes, to: name)
            #expect(try !verify(fixture).holds, "\(other) in place of \(name)")
        }
        try fixture.write(original, to: name)
        // A partial tile of a former checkpoint holds nothing that the current one has not.
        guard !name.contains(".p/") || name.hasSuffix("001.p/44") || name == "tile/1/000.p/1" else { continue }
        try fixture.remove(name)
        #expect(try !verify(fixture).holds, "\(name) removed")
        try fixture.write(original, to: name)
    }
    #expect(try verify(fixture).verdict == "verified")
}

@Test(arguments: ["tile/entries/000", "tile/entries/001.p/44"])
func `dropped, doubled, swapped and copied entries are found where they are`(name: String) async throws {
    let fixture = try await makeLargeLog()
    let original = try fixture.read(name)
    let ranges = try #require(EntryBundle.ranges(in: original))
    let entries = ranges.map { Array(original[$0]) }
    func expectFound(_ changed: [[UInt8]], _ what: String) throws {
        var bytes: [UInt8] = []
        for entry in changed { #expect(EntryBundle.append(entry, to: &bytes)) }
        try fixture.write(bytes, to: name)
        let findings = try verify(fixture).findings
        #expect(findings.contains { $0.file == name }, "\(what) in \(name): \(findings)")
    }
    for index in stride(from: 0, to: entries.count, by: 11) {
        var changed = entries
        changed.remove(at: index)
        try expectFound(changed, "a dropped entry")
        changed = entries
        changed.insert(entries[index], at: index)
        try expectFound(changed, "a doubled entry")
        changed = entries
        changed.swapAt(index, (index + 1) % entries.count)
        try expectFound(changed, "a swapped entry")
        changed = entries
        changed[index] = entries[(index + 5) % entries.count]
        try expectFound(changed, "a copied entry")
    }
    try fixture.write(original, to: name)
    #expect(try verify(fixture).verdict == "verified")
}

/// `make prove-audit` asks for ten thousand.
@Test
func `random tamperings are found, all of them`() async throws {
    let lab = try await TamperLab.make()
    #expect(try verify(lab.fixture, anchors: [lab.anchor]).verdict == "verified")
    let count = ProofSize.named("SCRIM_PROVE_TAMPERINGS") ?? 400
    var random = SeededGenerator(state: 20_261_128)
    var (made, found): ([Tampering: Int], [Tampering: Int]) = ([:], [:])
    var number = 0
    while number < count {
        let kind = Tampering.allCases[number % Tampering.allCases.count]
        guard let changed = kind.apply(to: lab, using: &random) else { continue }
        number += 1
        made[kind, default: 0] += 1
        if try lab.isFound(changed) {
            found[kind, default: 0] += 1
        } else {
            let names = Set(lab.files.keys).union(changed.keys).filter { lab.files[$0] != changed[$0] }
            Issue.record("tampering \(number), \(kind.rawValue), of \(names.sorted()) was not found")
        }
    }
    for kind in Tampering.allCases {
        print("\(kind.rawValue): \(found[kind] ?? 0) of \(made[kind] ?? 0) found")
    }
    // All is as it was.
    #expect(try lab.fixture.files() == lab.files)
    #expect(try verify(lab.fixture, anchors: [lab.anchor]).verdict == "verified")
}

@Test
func `a log that was made anew is found by the signature`() async throws {
    let fixture = try await makeLog()
    let forged = try LogFixture()
    // Without the key anybody can make a log that fits together.
    let log = try forged.open()
    for event in Sample.all.prefix(4) { _ = try await log.append(event) }
    try await log.close()
    try fixture.restore(forged.files())
    #expect(try verify(fixture).findings.map(\.file) == ["checkpoint"])
    // Who trusts no key cannot know.
    #expect(try verify(fixture, trusting: []).verdict == "self-consistent, key not trusted")
}
