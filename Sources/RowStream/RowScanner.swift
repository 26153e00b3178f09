/// What rows are given to.
protocol RowSink: AnyObject {
    /// Takes a row; tape and window are valid during the call.
    func take(_ tape: RowTape, _ window: InputWindow) throws(RowStreamError)
}

/// An incremental parser of one page, an answer of `jobs.getQueryResults` or `tabledata.list`.
///
/// Bytes are pushed in chunks of any size. Whole rows are handed on at once, so that what is held is one row, or one
/// member beside the rows, and never more than the limits say. The members may come in any order.
struct RowScanner {
    private enum State {
        case start
        case firstMember
        case member
        case afterMember
        case firstRow
        case row
        case afterRow
        case end
    }

    /// Bytes are taken in slices of this size, so that what is worked on stays in the processor's caches.
    private static let sliceBytes = 65_536

    private let limits: RowStreamLimits
    private let buffer: InputBuffer
    private let tape: RowTape
    private let scratch = InputBuffer(capacity: 256)
    private var state = State.start
    /// From how many unused bytes on another attempt is worth it. It grows by half with each attempt, so that a row
    /// that comes in many small chunks is read a few times, not once a chunk.
    private var attemptFrom = 1
    private var names: Set<String> = []
    private var envelope = PageEnvelope()
    private var failure: RowStreamError?

    /// Begins a page; the buffers of an earlier one can be used again.
    init(limits: RowStreamLimits, buffer: InputBuffer = InputBuffer(), tape: RowTape = RowTape()) {
        self.limits = limits
        self.buffer = buffer
        self.tape = tape
        buffer.reset()
    }

    /// Takes bytes of the page, and hands on the rows that are whole by now.
    mutating func push(_ bytes: Span<UInt8>, into sink: some RowSink) throws(RowStreamError) {
        if let failure { throw failure }
        var taken = 0
        while taken < bytes.count {
            let next = min(taken + Self.sliceBytes, bytes.count)
            buffer.append(bytes.extracting(taken..<next))
            taken = next
            if buffer.count >= attemptFrom { try attempt(sink) }
        }
    }

    /// The page has ended: hands on the last rows and tells what stood beside them.
    mutating func finish(into sink: some RowSink) throws(RowStreamError) -> PageEnvelope {
        if let failure { throw failure }
        try attempt(sink)
        guard state == .end else {
            let error = RowStreamError(.truncated, "the page ends too early", at: buffer.offset + buffer.end)
            failure = error
            throw error
        }
        return envelope
    }

    private mutating func attempt(_ sink: some RowSink) throws(RowStreamError) {
        do {
            try scan(sink)
        } catch {
            failure = error
            throw error
        }
    }

    private mutating func scan(_ sink: some RowSink) throws(RowStreamError) {
        let window = buffer.window
        var cursor = JSONCursor(window, at: window.start)
        while true {
            cursor.skipWhitespace()
            let start = cursor.position
            if start >= window.end {
                buffer.use(upTo: start)
                attemptFrom = 1
                return
            }
            let isRow = state == .row || state == .firstRow
            guard try step(&cursor, sink) else {
                if let failure = cursor.failure { throw failure.at(buffer.offset + (failure.offset ?? start)) }
                // It has begun and not ended: more bytes are needed.
                let held = window.end - start
                try check(held, isRow: isRow, at: start)
                buffer.use(upTo: start)
                attemptFrom = held + max(held / 2, 1)
                return
            }
        }
    }

    private func check(_ bytes: Int, isRow: Bool, at start: Int) throws(RowStreamError) {
        guard bytes > (isRow ? limits.rowBytesMax : limits.memberBytesMax) else { return }
        throw RowStreamError(.limit, isRow ? "a row is too long" : "a member is too long", at: buffer.offset + start)
    }

    /// The next piece that has to be there as a whole; false when it is not, or not right.
    private mutating func step(_ cursor: inout JSONCursor, _ sink: some RowSink) throws(RowStreamError) -> Bool {
        let byte = cursor.window.byte(cursor.position)
        switch (state, byte) {
        case (.row, _), (.firstRow, UInt8(ascii: "{")):
            return try row(&cursor, sink)
        case (.afterRow, UInt8(ascii: ",")):
            state = .row
        case (.afterRow, UInt8(ascii: "]")), (.firstRow, UInt8(ascii: "]")):
            state = .afterMember
        case (.start, UInt8(ascii: "{")):
            state = .firstMember
        case (.firstMember, UInt8(ascii: "}")), (.afterMember, UInt8(ascii: "}")):
            state = .end
        case (.firstMember, UInt8(ascii: "\"")), (.member, UInt8(ascii: "\"")):
            return try member(&cursor)
        case (.afterMember, UInt8(ascii: ",")):
            state = .member
        case (.start, _):
            return cursor.fail(.shape, "a page is an object", at: cursor.position)
        case (.firstMember, _), (.member, _):
            return cursor.fail(.syntax, "a member name in double quotes is expected", at: cursor.position)
        case (.firstRow, _):
            return cursor.fail(.syntax, "a row is expected", at: cursor.position)
        case (.afterMember, _):
            return cursor.fail(.syntax, "`,` or `}` is expected", at: cursor.position)
        case (.afterRow, _):
            return cursor.fail(.syntax, "`,` or `]` is expected", at: cursor.position)
        case (.end, _):
            return cursor.fail(.syntax, "there is text after the page", at: cursor.position)
        }
        cursor.position += 1
        return true
    }

    @inline(__always)
    private mutating func row(_ cursor: inout JSONCursor, _ sink: some RowSink) throws(RowStreamError) -> Bool {
        let start = cursor.position
        guard cursor.row(tape) else { return false }
        try check(cursor.position - start, isRow: true, at: start)
        do {
            try sink.take(tape, cursor.window)
        } catch {
            throw error.at(buffer.offset + start)
        }
        envelope.rowCount += 1
        state = .afterRow
        return true
    }

    private mutating func member(_ cursor: inout JSONCursor) throws(RowStreamError) -> Bool {
        let start = cursor.position
        cursor.position += 1
        var hasEscape = false
        guard cursor.string(&hasEscape) else { return false }
        guard cursor.position - start <= RowStreamLimits.textBytesMax else {
            return cursor.fail(.limit, "a member's name is too long", at: start)
        }
        let text = Escapes.decode(cursor.window, start + 1, cursor.position - start - 2, into: scratch)
        let name = text.string
        guard cursor.expect(UInt8(ascii: ":"), "`:` is expected") else { return false }
        guard !names.contains(name) else {
            return cursor.fail(.duplicateMember, "the page has two members of one name", at: start)
        }
        cursor.skipWhitespace()
        let value = cursor.position
        if name == "rows", cursor.window.byte(value) == UInt8(ascii: "[") {
            cursor.position += 1
            state = .firstRow
        } else {
            guard cursor.value() else { return false }
            try check(cursor.position - start, isRow: false, at: start)
            let range = value..<cursor.position
            let isNull = cursor.window.byte(value) == UInt8(ascii: "n")
            guard name != "rows" || isNull, envelope.take(name, cursor.window, range, scratch) else {
                return cursor.fail(.shape, "a member of the page is not of its type", at: value)
            }
            state = .afterMember
        }
        guard names.count < RowStreamLimits.membersMax else {
            return cursor.fail(.limit, "the page has too many members", at: start)
        }
        names.insert(name)
        return true
    }
}
