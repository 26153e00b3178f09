import GoogleSQL

/// What a call derives from beside its arguments.
struct CallSources {
    /// Indices into the query's masked columns.
    let masked: [Int]
    /// The columns of a table function, each with such indices; nil when they are not known.
    let columns: [(name: String?, masked: [Int])]?
    /// Whether tables are passed to it.
    let takesTables: Bool
}

/// Calls of functions that somebody wrote become what the functions do, those inside of others first.
extension Rewrite {
    mutating func writeCalls() {
        guard !walk.routines.calls.isEmpty, walk.routines.calls.allSatisfy({ called[$0.target] != nil }) else { return }
        for call in walk.routines.calls { noteSources(of: call) }
        var nest = CallNest(walk.routines.calls.map(\.tokens), edits)
        var written: [TokenEdit] = []
        for root in nest.roots { if let edit = write(root, in: &nest) { written.append(edit) } }
        edits = nest.outside + written
    }

    private mutating func noteSources(of call: RoutineCall) {
        guard let function = called[call.target] else { return }
        let indices = function.masked.map { indexOfMasked($0) }
        let columns = function.columns?.map { (name: $0.name, masked: $0.sources.map { indices[$0] }) }
        callSources[call.tokens.lowerBound] = CallSources(
            masked: indices,
            columns: columns,
            takesTables: call.arguments.contains { $0.kind != .value }
        )
    }

    private mutating func write(_ index: Int, in nest: inout CallNest) -> TokenEdit? {
        let call = walk.routines.calls[index]
        var inner = nest.edits[index] ?? []
        let children = nest.children[index] ?? []
        for child in children {
            guard let edit = write(child, in: &nest) else { return nil }
            inner.append(edit)
        }
        guard !isTooLong, let function = called[call.target] else { return nil }
        let isAccounted = inner.allSatisfy { edit in
            call.arguments.contains {
                $0.tokens.lowerBound <= edit.tokens.lowerBound && edit.tokens.upperBound <= $0.tokens.upperBound
            }
        }
        guard isAccounted else {
            let fix = "this is a defect of the proxy: report the query's shape"
            refuse("syntax.unaccounted", "a part of a call would be lost", at: call.nameTokens, fix: fix)
            return nil
        }
        let printed = TokenPrinter.print(parts: call.arguments.map(\.tokens), of: walk.parsed, edits: inner)
        let within = children.map { walk.routines.calls[$0] }
        let arguments = zip(call.arguments, printed).map { argument, text in
            CallArgument(argument.kind, text, facts(of: argument.tokens, with: within))
        }
        let text: String
        switch CallText(call, function, bytesMax: MaskingRewriter.rewrittenBytesMax - callBytes).text(of: arguments) {
        case .success(let found): text = found
        case .failure(.tooLong):
            isTooLong = true
            return nil
        case .failure(.refused(let message)):
            refuse("function.arguments", message, at: call.nameTokens, fix: CallText.fix)
            return nil
        }
        callBytes += text.utf8.count
        isTooLong = isTooLong || callBytes > MaskingRewriter.rewrittenBytesMax
        return TokenEdit(tokens: call.tokens, text: text)
    }

    /// What is to be known of an argument, whose calls are bodies by now.
    private func facts(of tokens: Range<Int>, with calls: [RoutineCall]) -> CallArgument.Facts {
        let facts = TokenFacts(walk.parsed, tokens)
        let inside = calls.filter { tokens.contains($0.tokens.lowerBound) }.compactMap { called[$0.target] }
        return CallArgument.Facts(
            isVolatile: facts.isVolatile || inside.contains(where: \.isVolatile),
            hasQuery: facts.hasQuery || inside.contains(where: \.hasQuery),
            aggregates: facts.aggregate != nil || inside.contains(where: \.isAggregate)
        )
    }
}

/// Calls that stand inside of one another, and the edits inside of each.
private struct CallNest {
    /// Those inside of no other.
    private(set) var roots: [Int] = []
    /// Those directly inside of each.
    private(set) var children: [Int: [Int]] = [:]
    /// The edits inside of each, and of no call inside of it.
    private(set) var edits: [Int: [TokenEdit]] = [:]
    /// The edits inside of none.
    private(set) var outside: [TokenEdit] = []

    init(_ calls: [Range<Int>], _ allEdits: [TokenEdit]) {
        let order = calls.indices.sorted {
            (calls[$0].lowerBound, -calls[$0].upperBound) < (calls[$1].lowerBound, -calls[$1].upperBound)
        }
        let sorted = allEdits.enumerated().sorted {
            ($0.element.tokens.lowerBound, $0.offset) < ($1.element.tokens.lowerBound, $1.offset)
        }.map(\.element)
        var open: [Int] = []
        var next = 0
        func close(_ place: Int) {
            while let last = open.last, calls[last].upperBound <= place { open.removeLast() }
        }
        for edit in sorted {
            // What is inserted before a call is not inside of it.
            let begin = edit.tokens.isEmpty ? edit.tokens.lowerBound - 1 : edit.tokens.lowerBound
            while next < order.count, calls[order[next]].lowerBound <= begin {
                close(calls[order[next]].lowerBound)
                add(order[next], inside: open.last)
                open.append(order[next])
                next += 1
            }
            close(edit.tokens.lowerBound)
            if let call = open.last, calls[call].lowerBound <= begin {
                edits[call, default: []].append(edit)
            } else {
                outside.append(edit)
            }
        }
        for call in order[next...] {
            close(calls[call].lowerBound)
            add(call, inside: open.last)
            open.append(call)
        }
    }

    private mutating func add(_ call: Int, inside outer: Int?) {
        if let outer { children[outer, default: []].append(call) } else { roots.append(call) }
    }
}
