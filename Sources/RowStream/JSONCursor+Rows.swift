/// Rows: `{"f":[{"v":…}, …]}`, in which a value is a string, `null`, an array of `{"v":…}`, or again a row.
///
/// <https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs/getQueryResults>. BigQuery writes rows without white
/// space when it is asked to, so that form is looked for in whole words; any other is read step by step.
extension JSONCursor {
    /// One row, its values put on the tape.
    mutating func row(_ tape: RowTape) -> Bool {
        tape.clear()
        return record(tape, depth: 0)
    }

    /// From the `{` of `{"f":[` to behind its `}`.
    private mutating func record(_ tape: RowTape, depth: Int) -> Bool {
        guard depth < RowStreamLimits.rowDepthMax else {
            return fail(.limit, "a row is nested too deep", at: position)
        }
        let place = tape.count
        let start = position
        tape.append(RowToken(.record, start: start, count: 0))
        // `{"f":[`
        if window.word(position) & 0xFFFF_FFFF_FFFF == 0x5B3A_2266_227B {
            position &+= 6
        } else {
            guard member(UInt8(ascii: "f")), expect(UInt8(ascii: "["), "a row is expected") else { return false }
        }
        guard let count = cells(tape, depth: depth &+ 1) else { return false }
        tape[place] = RowToken(.record, start: start, count: count)
        return expect(UInt8(ascii: "}"), "`}` is expected")
    }

    /// From behind `[` to behind `]`; the number of cells.
    private mutating func cells(_ tape: RowTape, depth: Int) -> Int? {
        var count = 0
        // `]` at once.
        skipWhitespace()
        if window.byte(position) == UInt8(ascii: "]") {
            position &+= 1
            return 0
        }
        while true {
            // `{"v":`
            if window.word(position) & 0xFF_FFFF_FFFF == 0x3A_2276_227B {
                position &+= 5
            } else {
                guard member(UInt8(ascii: "v")) else { return nil }
            }
            if window.byte(position) != UInt8(ascii: "\"") { skipWhitespace() }
            if window.byte(position) == UInt8(ascii: "\"") {
                position &+= 1
                let start = position
                var hasEscape = false
                guard string(&hasEscape) else { return nil }
                tape.append(
                    RowToken(hasEscape ? .escapedText : .text, start: start, count: position &- start &- 1)
                )
            } else {
                guard otherValue(tape, depth: depth) else { return nil }
            }
            count &+= 1
            switch window.half(position) {
            case 0x2C7D:  // `},`
                position &+= 2
            case 0x5D7D:  // `}]`
                position &+= 2
                return count
            default:
                guard let isLast = afterCell() else { return nil }
                if isLast { return count }
            }
        }
    }

    /// A value that is no string.
    private mutating func otherValue(_ tape: RowTape, depth: Int) -> Bool {
        switch window.byte(position) {
        case UInt8(ascii: "n"):
            tape.append(RowToken(.null, start: position, count: 0))
            return word("null")
        case UInt8(ascii: "{"):
            return record(tape, depth: depth)
        case UInt8(ascii: "["):
            guard depth < RowStreamLimits.rowDepthMax else {
                return fail(.limit, "a row is nested too deep", at: position)
            }
            let place = tape.count
            let start = position
            tape.append(RowToken(.list, start: start, count: 0))
            position &+= 1
            guard let count = cells(tape, depth: depth &+ 1) else { return false }
            tape[place] = RowToken(.list, start: start, count: count)
            return true
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return fail(.shape, "a cell is neither a string nor null, an array or a row", at: position)
        default:
            return fail(.syntax, "a value is expected", at: position)
        }
    }

    /// The `{`, the name and the `:` of an object's only member.
    private mutating func member(_ name: UInt8) -> Bool {
        guard expect(UInt8(ascii: "{"), "a row is expected"),
            expect(UInt8(ascii: "\""), "a member name in double quotes is expected")
        else { return false }
        for byte in [name, UInt8(ascii: "\"")] {
            guard window.byte(position) == byte else {
                return fail(.shape, "rows and cells have one member, `f` or `v`", at: position)
            }
            position &+= 1
        }
        return expect(UInt8(ascii: ":"), "`:` is expected")
    }

    /// The `}` of a cell, and whether the `]` of the last one follows or the `,` before the next.
    @inline(never)
    private mutating func afterCell() -> Bool? {
        guard expect(UInt8(ascii: "}"), "`}` is expected") else { return nil }
        skipWhitespace()
        switch window.byte(position) {
        case UInt8(ascii: ","):
            position &+= 1
            skipWhitespace()
            return false
        case UInt8(ascii: "]"):
            position &+= 1
            return true
        default:
            _ = fail(.syntax, "`,` or `]` is expected", at: position)
            return nil
        }
    }
}
