/// Checks that RE2 takes a regular expression, so that it fails no query.
///
/// What is taken is a part of RE2's syntax (<https://github.com/google/re2/wiki/Syntax>): what is taken here is valid
/// there. Left out are named groups, Unicode classes, POSIX classes, and characters that mean nothing where they stand.
struct RegexpSyntax {
    /// Why a pattern is not taken.
    struct Problem: Error {
        let message: String
    }

    /// The largest number in braces; RE2 itself takes 1000 in all.
    static let repetitionMax = 100
    private static let depthMax = 20
    /// The most atoms, those in repeated groups counted as often as they can come: what RE2 makes of them has a limit too.
    static let atomsMax = 2000

    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var groups = 0
    private var atoms = 0

    private init(_ pattern: String) { scalars = Array(pattern.unicodeScalars) }

    /// The number of capturing groups of a pattern.
    static func groups(of pattern: String) throws(Problem) -> Int {
        var syntax = RegexpSyntax(pattern)
        _ = try syntax.alternatives(depth: 0)
        guard syntax.index == syntax.scalars.count else { throw Problem(message: "a `)` has no `(`") }
        guard syntax.atoms <= atomsMax else { throw Problem(message: "it is longer than \(atomsMax) characters") }
        return syntax.groups
    }

    /// How many groups are put in by what matches become; `nil` for a text that RE2 does not take for it. After a
    /// backslash comes another one, or the number of a group, of which 0 is the match as a whole.
    static func groupsInserted(by text: String, of groups: Int) -> Int? {
        var rest = text.unicodeScalars[...]
        var inserted = 0
        while let scalar = rest.popFirst() {
            guard scalar == "\\" else { continue }
            guard let next = rest.popFirst() else { return nil }
            if next == "\\" { continue }
            guard let number = Int(String(next)), number <= groups else { return nil }
            inserted += 1
        }
        return inserted
    }

    private var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        index += 1
        return true
    }

    /// Reads up to a `)` or the end.
    ///
    /// - Returns: whether a repetition in braces is inside.
    private mutating func alternatives(depth: Int) throws(Problem) -> Bool {
        guard depth < Self.depthMax else { throw Problem(message: "groups are nested too deep") }
        var isCounted = false
        while let scalar = next, scalar != ")" {
            index += 1
            if scalar == "|" { continue }
            if try piece(scalar, depth: depth) { isCounted = true }
        }
        return isCounted
    }

    private mutating func piece(_ scalar: Unicode.Scalar, depth: Int) throws(Problem) -> Bool {
        var isCounted = false
        let before = atoms
        atoms += 1
        if scalar == "^" || scalar == "$" {
            guard !isAtRepetition else { throw Problem(message: "`\(scalar)` cannot be repeated") }
            return false
        }
        if "*+?".unicodeScalars.contains(scalar) {
            throw Problem(message: "there is nothing for `\(scalar)` to repeat")
        }
        if "{}]".unicodeScalars.contains(scalar) {
            throw Problem(message: "a `\(scalar)` that means itself needs a backslash")
        }
        if scalar == "(" { isCounted = try group(depth: depth) }
        if scalar == "[" { try set() }
        if scalar == "\\", try escape() == .boundary {
            guard !isAtRepetition else { throw Problem(message: "a boundary cannot be repeated") }
            return false
        }
        return try repetition(of: isCounted, since: before) || isCounted
    }

    private var isAtRepetition: Bool { next.map { "*+?{".unicodeScalars.contains($0) } ?? false }

    /// Reads what may follow an atom. Repetitions in braces do not nest, so that their product stays small.
    private mutating func repetition(of isCounted: Bool, since before: Int) throws(Problem) -> Bool {
        var counts = false
        if take("{") {
            guard !isCounted else { throw Problem(message: "repetitions in braces cannot be nested") }
            atoms = before + (atoms - before) * max(1, try bounds())
            counts = true
        } else if !take("*"), !take("+"), !take("?") {
            return false
        }
        _ = take("?")
        guard !isAtRepetition else { throw Problem(message: "a repetition cannot be repeated") }
        return counts
    }

    /// Reads the numbers in braces, and gives the larger one.
    private mutating func bounds() throws(Problem) -> Int {
        let least = try number()
        var most = least
        if take(","), let scalar = next, scalar != "}" { most = try number() }
        guard most >= least else { throw Problem(message: "the numbers in braces are in wrong order") }
        guard take("}") else { throw Problem(message: "a `{` has no `}`") }
        return most
    }

    private mutating func number() throws(Problem) -> Int {
        var text = ""
        while let scalar = next, ("0"..."9").contains(scalar) {
            text.unicodeScalars.append(scalar)
            index += 1
        }
        guard let number = Int(text), number <= Self.repetitionMax else {
            throw Problem(message: "braces hold numbers up to \(Self.repetitionMax)")
        }
        return number
    }

    private mutating func group(depth: Int) throws(Problem) -> Bool {
        if take("?") {
            let start = index
            while let flag = next, "ims".unicodeScalars.contains(flag) { index += 1 }
            if index > start, take(")") {
                guard !isAtRepetition else { throw Problem(message: "there is nothing to repeat after flags") }
                return false
            }
            guard take(":") else { throw Problem(message: "after `(?` come `:` or the flags i, m and s") }
        } else {
            groups += 1
        }
        let isCounted = try alternatives(depth: depth + 1)
        guard take(")") else { throw Problem(message: "a `(` has no `)`") }
        return isCounted
    }

    private enum Escape: Equatable {
        case character(Unicode.Scalar)
        case set
        case boundary
    }

    private mutating func escape() throws(Problem) -> Escape {
        guard let scalar = next else { throw Problem(message: "it ends with a backslash") }
        index += 1
        if "dDwWsS".unicodeScalars.contains(scalar) { return .set }
        if scalar == "b" || scalar == "B" { return .boundary }
        let controls: [Unicode.Scalar: Unicode.Scalar] = ["t": "\t", "n": "\n", "r": "\r"]
        if let control = controls[scalar] { return .character(control) }
        let isMark = scalar.isASCII && scalar.value > 0x20 && scalar.value < 0x7F && !scalar.properties.isAlphabetic
        if isMark, !("0"..."9").contains(scalar) { return .character(scalar) }
        throw Problem(message: "`\\\(scalar)` is not offered")
    }

    /// Reads a set in brackets after its `[`.
    private mutating func set() throws(Problem) {
        _ = take("^")
        guard next != "]" else { throw Problem(message: "a set in brackets is empty") }
        let start = index
        while !take("]") {
            if next == "-", index > start, index + 1 < scalars.count, scalars[index + 1] != "]" {
                throw Problem(message: "a `-` in brackets stands first or last")
            }
            guard let first = try member() else { continue }
            guard next == "-", index + 1 < scalars.count, scalars[index + 1] != "]" else { continue }
            index += 1
            guard let last = try member(), first <= last else {
                throw Problem(message: "a range in brackets is in wrong order")
            }
        }
    }

    /// One member of a set; `nil` for a class such as `\d`.
    private mutating func member() throws(Problem) -> Unicode.Scalar? {
        guard let scalar = next else { throw Problem(message: "a `[` has no `]`") }
        index += 1
        if scalar == "[" { throw Problem(message: "a `[` inside brackets needs a backslash") }
        guard scalar == "\\" else { return scalar }
        switch try escape() {
        case .character(let character): return character
        case .set: return nil
        case .boundary: throw Problem(message: "a boundary cannot stand in brackets")
        }
    }
}
