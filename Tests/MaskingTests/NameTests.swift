import Testing

@testable import Masking

/// Names as small numbers: two are one exactly when their lower-case strings are equal.
@Suite("Names")
struct NameTests {
    @Test func `names are one without case`() {
        var table = NameTable(capacity: 4)
        let first = table.intern("Customer_ID")
        #expect(table.intern("customer_id") == first)
        #expect(table.intern("customer_i") != first)
        #expect(table.text(of: first) == "customer_id")
        #expect(table.find(FoldedName("CUSTOMER_ID")) == first)
        #expect(table.find(FoldedName("other")) == nil)
    }

    @Test func `a table of thousands of names finds each`() {
        var table = NameTable(capacity: 0)
        let names = (0..<5000).map { table.intern("Name\($0)") }
        #expect(Set(names).count == 5000)
        for (index, name) in names.enumerated() {
            #expect(table.find(FoldedName("name\(index)")) == name)
            #expect(table.text(of: name) == "name\(index)")
        }
    }

    // U+212A is a K whose lower case is that of ASCII, U+037E is equivalent to a semicolon, é has two spellings.
    @Test(arguments: [
        ("\u{212A}ey", "key"), ("a\u{37E}b", "a;b"), ("caf\u{E9}", "cafe\u{301}"), ("CAF\u{C9}", "cafe\u{301}"),
    ])
    func `beyond ASCII names are one when their strings are equal`(left: String, right: String) {
        #expect(left.lowercased() == right.lowercased())
        for (first, second) in [(left, right), (right, left)] {
            var table = NameTable(capacity: 4)
            _ = table.intern("plain")
            let name = table.intern(first)
            #expect(table.intern(second) == name)
            table.indexBeyondASCII()
            #expect(table.find(FoldedName(second)) == name)
            #expect(table.find(FoldedName("plain")) == table.intern("PLAIN"))
            let list = [FoldedName("x"), FoldedName(second), FoldedName(first)]
            #expect(table.position(of: name, in: list, FoldedNameIndex(list)) == 1)
            #expect(FoldedNameIndex(list).first(FoldedName(first), in: list) == 1)
        }
    }

    @Test func `frames hold what is below them, now and later`() {
        var table = NameTable(capacity: 4)
        let names = (0..<40).map { table.intern("n\($0)") }
        var frames = NameFrames()
        let outer = frames.open(on: nil)
        let inner = frames.open(on: outer)
        for name in names.dropLast() { frames.insert(name, into: outer) }
        for name in names.dropLast() { #expect(frames.contains(name, in: inner) && frames.contains(name, in: outer)) }
        frames.insert(names[39], into: inner)
        #expect(frames.contains(names[39], in: inner) && !frames.contains(names[39], in: outer))
        #expect(!frames.contains(names[0], in: nil))
    }

    @Test func `names stand in regions and those around them`() {
        var table = NameTable(capacity: 4)
        let a = table.intern("a")
        let b = table.intern("b")
        // 0 (1 (3), 2 (4))
        var regions = [nil, 0, 0, 1, 2].map { NameRegion(parent: $0) }
        regions[3].names = [a]
        regions[4].qualified = [QualifiedName(alias: b, name: a)]
        let uses = RegionUses(regions)
        func isUsed(_ name: Name?, _ alias: Name, in region: Int, leftOut: Set<Name>? = nil) -> Bool {
            let read = TableRead(
                tokens: 0..<1,
                pathTokens: 0..<1,
                innerEnd: nil,
                alias: "",
                aliases: [alias],
                region: region,
                rowUse: leftOut,
                table: 0
            )
            return uses.isUsed(name, of: read)
        }
        let other = table.intern("other")
        #expect(isUsed(a, other, in: 0) && isUsed(a, other, in: 1) && isUsed(a, other, in: 3))
        #expect(!isUsed(a, other, in: 2) && !isUsed(a, other, in: 4))
        #expect(isUsed(a, b, in: 2) && !isUsed(other, b, in: 2))
        #expect(isUsed(other, a, in: 1), "the alias alone is the row")
        #expect(isUsed(other, other, in: 2, leftOut: [a]) && !isUsed(a, other, in: 2, leftOut: [a]))
    }
}
