import Cryptography
import Foundation

/// A text that equals another only when its bytes do: Swift takes texts for equal that look the same.
struct ExactText: Hashable {
    let text: String

    init(_ text: String) { self.text = text }

    /// As SQLite gets it: bytes, because what is bound as text ends at its first NUL.
    var data: Data { Data(text.utf8) }

    /// 8 bytes of the SHA-256.
    var digest: Int64 {
        Int64(bitPattern: SHA256.hash(Array(text.utf8)).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }

    static func == (left: ExactText, right: ExactText) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}
