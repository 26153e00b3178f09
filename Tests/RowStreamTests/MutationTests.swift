import Catalog
import JSON
import RowStream
import Testing

/// Bytes of good pages changed at random: nothing traps, and what is accepted is what the reading as a tree accepts.
@Suite("Mutated pages")
struct MutationTests {
    @Test(arguments: 0..<20)
    func `a mutated page is refused or gives what the tree gives`(batch: Int) throws {
        var refused = 0
        for seed in (batch * 300)..<(batch * 300 + 300) {
            var pages = RandomPages(seed: UInt64(seed + 1_000_000))
            let (columns, good) = pages.page()
            var page = good
            for _ in 0...pages.below(3) { mutate(&page, &pages) }
            let expected = rowsByTree(page, columns)
            do {
                let converted = try convert(page, columns, cuts: [pages.below(page.count + 1)])
                if let expected {
                    #expect(try lines(converted.output) == expected, "seed \(seed)")
                } else {
                    #expect(isExcused(page), "seed \(seed)")
                }
            } catch let error as RowStreamError {
                refused += 1
                if expected != nil { #expect(error.code == .shape, "seed \(seed): \(error)") }
                #expect((0...page.count).contains(error.offset ?? -1), "seed \(seed): \(error)")
            }
            for format in [RowFormat.csv(CSVSettings(defusesFormulas: true)), .arrow(ArrowSettings())] {
                _ = try? convert(page, columns, format)
            }
        }
        #expect(refused > 100)
    }

    /// Members beside the rows are only passed over: two of one name in them, and integers beyond 64 bits, are not found.
    private func isExcused(_ page: [UInt8]) -> Bool {
        do throws(JSONError) {
            _ = try JSONValue(parsing: page)
            return false
        } catch {
            return [.duplicateKey, .numberRange].contains(error.code) || error.message.contains("NUL")
        }
    }

    private func mutate(_ page: inout [UInt8], _ pages: inout RandomPages) {
        guard !page.isEmpty else { return }
        let place = pages.below(page.count)
        let structural = Array(#"{}[]",:\ntf0-.eu/ "#.utf8) + [0, 0x1F, 0x80, 0xC3, 0xE2, 0xED, 0xF0, 0xFF]
        switch pages.below(5) {
        case 0: page[place] = structural[pages.below(structural.count)]
        case 1: page.insert(structural[pages.below(structural.count)], at: place)
        case 2: page.remove(at: place)
        case 3: page[place] = UInt8(pages.below(256))
        default:
            let other = pages.below(page.count)
            page.swapAt(place, other)
        }
    }
}
