/// The place of a tile or of an entry bundle in a log: up to 256 neighbouring hashes of one level, or the entries below
/// them.
///
/// <https://c2sp.org/tlog-tiles>
public struct Tile: Sendable, Hashable {
    /// The hashes of a full tile.
    public static let fullWidth = 256
    /// The levels of the tree that one tile spans.
    public static let height = 8
    /// The highest level that a path can name.
    public static let levelMax = 63

    /// What a tile holds.
    public enum Content: Sendable, Hashable {
        /// Hashes of this level; level 0 has those of the entries.
        case hashes(level: Int)
        /// The entries themselves.
        case entries
    }

    /// What it holds.
    public let content: Content
    /// The index among the tiles of its kind, from 0.
    public let index: Int64
    /// How many hashes or entries: 256, or 1 to 255 for a partial tile.
    public let width: Int

    /// A tile; a width outside 1 to 256 is taken as the nearest of them.
    public init(_ content: Content, index: Int64, width: Int = fullWidth) {
        self.content = content
        self.index = index
        self.width = min(max(width, 1), Self.fullWidth)
    }

    /// Whether it lacks hashes or entries that a later tree has.
    public var isPartial: Bool { width < Self.fullWidth }

    /// The path below the log's directory: `tile/0/x001/067`, `tile/entries/000.p/17`.
    public var path: String {
        let kind =
            switch content {
            case .hashes(let level): String(level)
            case .entries: "entries"
            }
        return "tile/\(kind)/\(Self.path(of: index))" + (isPartial ? ".p/\(width)" : "")
    }

    /// An index in path elements of three digits, all but the last marked by an `x`.
    private static func path(of index: Int64) -> String {
        var elements = [threeDigits(index % 1000)]
        var rest = index / 1000
        while rest > 0 {
            elements.append("x" + threeDigits(rest % 1000))
            rest /= 1000
        }
        return elements.reversed().joined(separator: "/")
    }

    private static func threeDigits(_ number: Int64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 3 - digits.count)) + digits
    }

    /// The tile at a path below the log's directory; `nil` when the path names none, or is not the one spelling of it.
    public init?(path: String) {
        var parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 3, parts.removeFirst() == "tile" else { return nil }
        let kind = parts.removeFirst()
        var width = Self.fullWidth
        if parts.count >= 2, parts[parts.count - 2].hasSuffix(".p") {
            guard let partial = Self.number(parts.removeLast()), (1..<Int64(Self.fullWidth)).contains(partial)
            else { return nil }
            width = Int(partial)
            parts[parts.count - 1].removeLast(2)
        }
        guard let index = Self.index(of: parts) else { return nil }
        if kind == "entries" {
            self.init(.entries, index: index, width: width)
        } else {
            guard let level = Self.number(kind), level <= Int64(Self.levelMax) else { return nil }
            self.init(.hashes(level: Int(level)), index: index, width: width)
        }
        guard self.path == path else { return nil }
    }

    private static func index(of elements: [String]) -> Int64? {
        // Six elements hold more than any log will have, and fit the type.
        guard (1...6).contains(elements.count) else { return nil }
        var index: Int64 = 0
        for (place, element) in elements.enumerated() {
            let digits = place < elements.count - 1 ? element.dropFirst(element.hasPrefix("x") ? 1 : 4) : element[...]
            guard digits.utf8.count == 3, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let value = Int64(digits)
            else { return nil }
            index = index * 1000 + value
        }
        return index
    }

    /// A decimal number without leading zeros.
    private static func number(_ text: String) -> Int64? {
        guard (1...18).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            text == "0" || !text.hasPrefix("0")
        else { return nil }
        return Int64(text)
    }

    /// The tiles of hashes of a tree: every full one, and the partial ones at its right edge.
    ///
    /// - Parameter size: the number of entries.
    public static func all(forSize size: Int64) -> [Tile] {
        var tiles: [Tile] = []
        var level = 0
        var count = size
        while count > 0 {
            for index in 0..<(count / Int64(fullWidth)) { tiles.append(Tile(.hashes(level: level), index: index)) }
            let rest = Int(count % Int64(fullWidth))
            if rest > 0 {
                tiles.append(Tile(.hashes(level: level), index: count / Int64(fullWidth), width: rest))
            }
            level += 1
            count /= Int64(fullWidth)
        }
        return tiles
    }
}
