import JSON

/// Prints what a question finds as it is found, so that long answers take no memory: in JSON one array, else a paragraph
/// each.
final class AuditAnswers {
    private let asJSON: Bool
    private var count = 0

    init(asJSON: Bool) { self.asJSON = asJSON }

    func add(json: @autoclosure () -> JSONValue, text: @autoclosure () -> String) {
        if asJSON {
            print(count == 0 ? "[" : ",", json().text, separator: "", terminator: "")
        } else {
            print(text())
        }
        count += 1
    }

    /// - Parameter none: what is printed when there was nothing.
    func finish(none: String) {
        if asJSON {
            print(count == 0 ? "[]" : "]")
        } else if count == 0 {
            print(none)
        }
    }
}
