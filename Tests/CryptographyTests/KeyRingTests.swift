@testable import Cryptography
import struct Foundation.Date
import class Foundation.FileManager
import struct Foundation.URL
import Testing

private let time = Date(timeIntervalSince1970: 1_795_372_020)

/// A directory for one test, removed at its end.
private final class Directory {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/scrim-" + Base32.encode(try SecureRandom.bytes(10))
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func setMode(_ mode: Int, of file: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
    }

    func write(_ text: String, to name: String) throws -> String {
        let file = path + "/" + name
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        try setMode(0o600, of: file)
        return file
    }
}

@Test
func `a ring is made with mode 0600, read back and never overwritten`() throws {
    let directory = try Directory()
    let file = directory.path + "/ring"
    let made = try KeyRing.make(file: file, now: time)
    #expect(made.keys.count == 1)
    #expect(made.current.secret.count == 32)
    #expect(try KeyRing.load(file: file) == made)
    let attributes = try FileManager.default.attributesOfItem(atPath: file)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    #expect(throws: CryptographyError.self) { try KeyRing.make(file: file, now: time) }
    #expect(try KeyRing.loadOrMake(file: file, now: time) == made)
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["ring"])
}

@Test
func `rotation puts a fresh key in front and keeps the former ones`() throws {
    let directory = try Directory()
    let file = directory.path + "/ring"
    let first = try KeyRing.loadOrMake(file: file, now: time)
    let second = try KeyRing.rotate(file: file, now: time)
    #expect(second.keys.count == 2)
    #expect(second.keys.last == first.current)
    #expect(second.current.secret != first.current.secret)
    #expect(second.key(id: first.current.id) == first.current)
    #expect(second.key(id: "absent") == nil)
    #expect(try KeyRing.load(file: file) == second)
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["ring"])
}

@Test(arguments: [0o640, 0o604, 0o660, 0o644, 0o620, 0o602, 0o601, 0o610])
func `a ring open to group or others is refused`(mode: Int) throws {
    let directory = try Directory()
    let file = directory.path + "/ring"
    try KeyRing.make(file: file, now: time)
    try directory.setMode(mode, of: file)
    #expect(throws: CryptographyError.self) { try KeyRing.load(file: file) }
    #expect(throws: CryptographyError.self) { try KeyRing.loadOrMake(file: file) }
}

@Test
func `a missing file and a directory are refused`() throws {
    let directory = try Directory()
    #expect(throws: CryptographyError.self) { try KeyRing.load(file: directory.path + "/absent") }
    #expect(throws: CryptographyError.self) { try KeyRing.load(file: directory.path) }
    #expect(throws: CryptographyError.self) { try KeyRing.make(file: directory.path + "/absent/ring") }
}

@Test
func `malformed rings are refused without quoting a secret`() throws {
    let directory = try Directory()
    let secret = String(repeating: "5e", count: 32)
    let good = "k1 2026-11-22T18:27:00Z \(secret)"
    let header = "scrim-key-ring-1\n"
    let texts = [
        "", "\n", "scrim-key-ring-2\n\(good)\n", header, header + "# only a comment\n",
        header + good + "\n" + good + "\n", header + "K1 2026-11-22T18:27:00Z \(secret)\n",
        header + "k1 yesterday \(secret)\n", header + "k1 2026-11-22T18:27:00Z \(secret)5e\n",
        header + "k1 2026-11-22T18:27:00Z \(secret.uppercased())\n", header + "k1  2026-11-22T18:27:00Z \(secret)\n",
        header + good + " more\n", header + String(repeating: "k", count: 33) + " 2026-11-22T18:27:00Z \(secret)\n",
        header + good + "\r\n", header + String(repeating: "#\n", count: 40_000) + good + "\n",
    ]
    for (index, text) in texts.enumerated() {
        let file = try directory.write(text, to: "ring\(index)")
        let error = #expect(throws: CryptographyError.self) { try KeyRing.load(file: file) }
        #expect(error?.message.contains("5e5e") == false)
    }
    let file = try directory.write(header + "\n# fine\n" + good, to: "good")
    #expect(try KeyRing.load(file: file).current.id == "k1")
}

@Test
func `no description of a ring holds a secret`() throws {
    let ring = try KeyRing(keys: [KeyRing.Key(id: "k1", created: time, secret: [UInt8](repeating: 201, count: 32))])
    var dumped = ""
    dump(ring, to: &dumped)
    let texts = ["\(ring)", String(reflecting: ring), "\(ring.keys)", String(reflecting: ring.current), dumped]
    for text in texts {
        #expect(!text.contains("201") && !text.contains("c9c9"))
    }
}
