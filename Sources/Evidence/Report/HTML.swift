/// HTML as it is written, element by element. What is no element of ours goes in through ``text(_:)``, which escapes it:
/// names in the log come from clients.
struct HTML {
    /// Attributes that an element has; names and values are ours alone.
    typealias Attributes = KeyValuePairs<StaticString, StaticString>

    private(set) var source: String

    /// The start of a document of one file: no script and nothing from elsewhere can run in it.
    init(title: String, style: StaticString, _ body: (inout HTML) -> Void) {
        source = "<!DOCTYPE html>\n"
        element("html", ["lang": "en"]) { html in
            html.element("head") { head in
                head.source += #"<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" "#
                head.source += #"content="default-src 'none'; style-src 'unsafe-inline'">"#
                head.source += #"<meta name="viewport" content="width=device-width, initial-scale=1">"#
                head.element("title") { $0.text(title) }
                head.source += "<style>\(style)</style>"
            }
            html.element("body", [:], body)
        }
        source += "\n"
    }

    /// An element and what is in it.
    mutating func element(_ name: StaticString, _ attributes: Attributes = [:], _ content: (inout HTML) -> Void) {
        source += "<\(name)"
        for (attribute, value) in attributes { source += " \(attribute)=\"\(value)\"" }
        source += ">"
        content(&self)
        source += "</\(name)>"
    }

    /// An element that holds a text.
    mutating func element(_ name: StaticString, _ attributes: Attributes = [:], text: String) {
        element(name, attributes) { $0.text(text) }
    }

    /// The next text begins a line.
    mutating func lineBreak() { source += "<br>" }

    /// A text. Characters that are not seen, or that turn the direction of writing, are written as `\u{…}`.
    mutating func text(_ text: String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": source += "&amp;"
            case "<": source += "&lt;"
            case ">": source += "&gt;"
            case "\"": source += "&quot;"
            case "'": source += "&#39;"
            case "\n": source += "\n"
            default: source += Self.isSeen(scalar) ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
    }

    private static func isSeen(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .lineSeparator, .paragraphSeparator, .unassigned: false
        default: true
        }
    }
}
