import Cryptography
import FoundationEssentials
import Testing

@testable import Gate

@Suite("Page cursors")
struct PageCursorTests {
    private let cursor = PageCursor(jobID: "scrim_a_b", firstRow: 300, mappingDigest: "d", expires: 1_000)

    @Test
    func `a cursor opens to what was sealed, and shows nothing of it`() throws {
        let seal = CursorSeal(ring: try KeyRing.generate(now: Date(timeIntervalSince1970: 0)))
        let text = try seal.seal(cursor)
        #expect(seal.open(text, now: 999) == cursor)
        #expect(!text.contains("scrim_a_b"))
    }

    @Test
    func `an expired, altered or foreign cursor is none`() throws {
        let seal = CursorSeal(ring: try KeyRing.generate(now: Date(timeIntervalSince1970: 0)))
        let text = try seal.seal(cursor)
        #expect(seal.open(text, now: 1_000) == nil)
        for index in text.indices {
            var altered = text
            altered.replaceSubrange(index...index, with: text[index] == "A" ? "B" : "A")
            #expect(seal.open(altered, now: 1) == nil)
        }
        let other = CursorSeal(ring: try KeyRing.generate(now: Date(timeIntervalSince1970: 0)))
        #expect(other.open(text, now: 1) == nil)
        #expect(seal.open("", now: 1) == nil)
    }

    @Test
    func `a cursor of before a rotation still opens`() throws {
        let ring = try KeyRing.generate(now: Date(timeIntervalSince1970: 0))
        let text = try CursorSeal(ring: ring).seal(cursor)
        let rotated = CursorSeal(ring: try ring.rotated(now: Date(timeIntervalSince1970: 1)))
        #expect(rotated.open(text, now: 1) == cursor)
    }

    @Test
    func `a place in a list is no page of a job`() throws {
        let seal = CursorSeal(ring: try KeyRing.generate(now: Date(timeIntervalSince1970: 0)))
        let place = try seal.seal(position: "t", list: "demo.bank", expires: 1_000)
        #expect(seal.openPosition(place, list: "demo.bank", now: 1) == "t")
        #expect(seal.openPosition(place, list: "demo.other", now: 1) == nil)
        #expect(seal.open(place, now: 1) == nil)
    }
}
