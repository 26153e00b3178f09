extension HTML {
    /// A table with a head that is repeated on each sheet.
    ///
    /// - Parameter numbers: the columns that are set to the right.
    mutating func table(
        _ id: StaticString,
        _ head: [String],
        numbers: Range<Int> = 0..<0,
        _ body: (inout HTML) -> Void
    ) {
        element("table", ["id": id]) { table in
            table.head(head, numbers: numbers)
            table.element("tbody", [:], body)
        }
    }

    mutating func head(_ names: [String], numbers: Range<Int> = 0..<0) {
        element("thead") { head in
            head.element("tr") { row in
                for (index, name) in names.enumerated() {
                    row.element("th", numbers.contains(index) ? ["class": "n"] : [:], text: name)
                }
            }
        }
    }

    mutating func row(_ cells: [String], numbers: Range<Int> = 0..<0) {
        element("tr") { row in
            for (index, cell) in cells.enumerated() { row.cell(cell, isNumber: numbers.contains(index)) }
        }
    }

    /// A cell; of a text of several lines each line is one.
    mutating func cell(_ text: String, isNumber: Bool = false, isTime: Bool = false) {
        let attributes: Attributes = isNumber ? ["class": "n"] : isTime ? ["class": "time"] : [:]
        element("td", attributes) { $0.lines(text) }
    }

    /// A row of a table of two columns: a name, and what it stands for.
    mutating func fact(_ name: String, _ value: String) {
        element("tr") { row in
            row.element("th", text: name)
            row.element("td") { $0.lines(value) }
        }
    }

    /// A member of a list of details.
    mutating func detail(_ name: String, _ value: String, isCode: Bool = false) {
        element("dt", text: name)
        element("dd") { item in
            if isCode { item.element("code", text: value) } else { item.text(value) }
        }
    }

    private mutating func lines(_ text: String) {
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if index > 0 { lineBreak() }
            self.text(String(line))
        }
    }
}
