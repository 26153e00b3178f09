/// Texts from tokens that will stand in logs and be compared.
enum ClaimText {
    /// Whether a text can name something: not empty, not too long, and free of characters that cannot be seen, such as
    /// controls, marks of direction and zero-width joiners, by which one name can pass for another.
    static func isName(_ text: String, bytesMax: Int = Principal.nameBytesMax) -> Bool {
        guard (1...bytesMax).contains(text.utf8.count) else { return false }
        return text.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
            default: true
            }
        }
    }

    /// Whether two texts are the same bytes. Swift's `==` is true as well for texts that only look the same.
    static func isSame(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }
}
