import Audit
import Cryptography
import Testing

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

private let newline = UInt8(ascii: "\n")

/// The lines of a file, each with its newline.
private func lines(_ bytes: [UInt8]) -> [[UInt8]] {
    bytes.split(separator: newline, omittingEmptySubsequences: false).dropLast().map { Array($0) + [newline] }
}

/// Puts `bytes` in place of a file, and the file back after the check.
private func expectFound(_ bytes: [UInt8], in name: String, of fixture: LogFixture, _ what: String) throws {
    let original = try fixture.read(name)
    guard bytes != original else { return }
    try fixture.write(bytes, to: name)
    let result = try verify(fixture)
    #expect(!result.holds, "\(what) in \(name) was not found")
    try fixture.write(original, to: name)
}

@Test(arguments: ["entries.jsonl", "salts", "checkpoint"])
func `any flipped bit is found`(name: String) async throws {
    let fixture = try await makeLog()
    let original = try fixture.read(name)
    var random = SeededGenerator(state: 20_261_122)
    for _ in 0..<150 {
        var changed = original
        let index = Int.random(in: original.indices, using: &random)
        let bit = UInt8.random(in: 0..<8, using: &random)
        changed[index] ^= 1 << bit
        try expectFound(changed, in: name, of: fixture, "bit \(bit) of byte \(index)")
    }
    // The last bytes of the file, each bit: where a recovery could take a change for a crash.
    for index in original.indices.suffix(8) {
        for bit in 0..<8 as Range<UInt8> {
            var changed = original
            changed[index] ^= 1 << bit
            try expectFound(changed, in: name, of: fixture, "bit \(bit) of byte \(index)")
        }
    }
    #expect(try verify(fixture).verdict == "verified")
}

@Test(arguments: ["entries.jsonl", "salts"])
func `dropped, swapped, doubled and copied lines are found`(name: String) async throws {
    let fixture = try await makeLog()
    let original = lines(try fixture.read(name))
    for index in original.indices {
        var dropped = original
        dropped.remove(at: index)
        try expectFound(Array(dropped.joined()), in: name, of: fixture, "a dropped line")
        var doubled = original
        doubled.insert(original[index], at: index)
        try expectFound(Array(doubled.joined()), in: name, of: fixture, "a doubled line")
        var swapped = original
        swapped.swapAt(index, (index + 1) % original.count)
        try expectFound(Array(swapped.joined()), in: name, of: fixture, "a swapped line")
        var emptied = original
        emptied[index] = [newline]
        try expectFound(Array(emptied.joined()), in: name, of: fixture, "an emptied line")
    }
    try expectFound(Array((original + [original[0]]).joined()), in: name, of: fixture, "a copied line")
    try expectFound([], in: name, of: fixture, "emptiness")
    try expectFound(Array(original.joined()) + [newline], in: name, of: fixture, "an empty line")
}

@Test(arguments: ["entries.jsonl", "salts", "checkpoint"])
func `a file cut at any place is found`(name: String) async throws {
    let fixture = try await makeLog()
    let original = try fixture.read(name)
    var random = SeededGenerator(state: 7)
    let places = (0..<12).map { _ in Int.random(in: 0..<original.count, using: &random) }
    for count in places + Array(original.indices.suffix(3)) {
        try expectFound(Array(original.prefix(count)), in: name, of: fixture, "a cut at \(count)")
    }
}

@Test
func `a chain that was made anew from some entry on is found by the signature`() async throws {
    let fixture = try await makeLog()
    // Without the key anybody can make a chain that fits together: here, the log without its last ten entries.
    let kept = lines(try fixture.read("entries.jsonl")).prefix(20)
    let hash = try Hex.decode(String(decoding: kept[19].dropLast(3).suffix(64), as: UTF8.self))
    let length = kept.joined().count
    let time = "2026-11-22T18:27:00.000000Z"
    let text = "scrim-audit-chain\n20\n\(Base64.encode(hash))\nbytes \(length)\ntime \(time)\n"
    let forger = try Ed25519PrivateKey(seed: [UInt8](repeating: 9, count: 32))
    let genuine = String(decoding: try fixture.read("checkpoint"), as: UTF8.self)
    let line = try #require(genuine.split(separator: "\n").last)
    let keyHash = try Base64.decode(String(line.split(separator: " ")[2])).prefix(4)
    let signature = Base64.encode(keyHash + (try forger.signature(over: Array(text.utf8))))
    let salts = lines(try fixture.read("salts")).prefix(6)
    try fixture.write(Array(kept.joined()), to: "entries.jsonl")
    try fixture.write(Array(salts.joined()), to: "salts")
    try fixture.write(Array("\(text)\n— scrim-audit \(signature)\n".utf8), to: "checkpoint")
    #expect(try verify(fixture).holds == false)
    // Who trusts no key cannot know.
    #expect(try verify(fixture, trusting: []).verdict == "self-consistent, key not trusted")
}
