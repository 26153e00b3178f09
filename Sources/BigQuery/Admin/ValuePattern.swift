/// Tells in GoogleSQL whether a text looks like something, from published patterns. Every expression is free of errors
/// for any text, and NULL or FALSE for what does not match.
enum ValuePattern {
    /// A valid e-mail address of the HTML standard, with at least one dot in its domain
    /// (<https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address>).
    static func email(_ text: String) -> String {
        let label = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
        return "REGEXP_CONTAINS(\(text), r\"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@\(label)(?:[.]\(label))+$\")"
    }

    /// A Social Security number with its separators. No area is 000, 666 or 900 and above, no group 00, no serial
    /// number 0000 (<https://www.ssa.gov/employer/randomization.html>).
    static func ssn(_ text: String) -> String {
        "REGEXP_CONTAINS(\(text), r'^[0-8][0-9]{2}[- ][0-9]{2}[- ][0-9]{4}$')"
            + " AND NOT REGEXP_CONTAINS(\(text), r'^(?:000|666)|^...[- ]00|0000$')"
    }

    /// The same without separators; nine digits can be many other things.
    static func bareSSN(_ text: String) -> String {
        "REGEXP_CONTAINS(\(text), r'^[0-8][0-9]{8}$')"
            + " AND NOT REGEXP_CONTAINS(\(text), r'^(?:000|666)|^...00|0000$')"
    }

    /// An international number of ITU-T E.164 (a plus sign and at most 15 digits,
    /// <https://www.itu.int/rec/T-REC-E.164>), or one of the North American Numbering Plan with separators: neither
    /// the area code nor the exchange begins with 0 or 1 (<https://www.nanpa.com/about-us/about-nanp>).
    static func phone(_ text: String) -> String {
        "(REGEXP_CONTAINS(\(text), r'^[+][1-9](?:[ .()/-]{0,2}[0-9]){6,14}$')"
            + " OR REGEXP_CONTAINS(\(text), r'^(?:[+]?1[ .-]?)?(?:[(][2-9][0-9]{2}[)][ .-]?|[2-9][0-9]{2}[ .-])"
            + "[2-9][0-9]{2}[ .-]?[0-9]{4}$'))"
    }

    /// A number of the North American Numbering Plan without separators; ten digits can be many other things.
    static func barePhone(_ text: String) -> String {
        "REGEXP_CONTAINS(\(text), r'^1?[2-9][0-9]{2}[2-9][0-9]{6}$')"
    }

    // MARK: Card numbers

    /// The most digits that a card number has (ISO/IEC 7812-1).
    static let cardDigitsMax = 19

    /// The digits of what could be a card number, padded from the left with zeros, which leave the check digit as it
    /// is; else NULL. Issuers of payment cards begin with 2 to 6 (ISO/IEC 7812-1, major industry identifiers), and
    /// their numbers have 13 to 19 digits, in groups or not.
    static func cardDigits(_ text: String) -> String {
        let digits = "REPLACE(REPLACE(\(text), ' ', ''), '-', '')"
        return "IF(REGEXP_CONTAINS(\(text), r'^[2-6](?:[ -]?[0-9]){12,18}$'),"
            + " LPAD(\(digits), \(cardDigitsMax), '0'), NULL)"
    }

    /// Whether ``cardDigits(_:)`` have the check digit of ISO/IEC 7812-1, Annex B (Luhn's formula, US patent 2950048).
    ///
    /// `STRPOS` is the table of digits: doubling turns 0, 5, 1, 6, 2, 7, 3, 8, 4, 9 into the digit sums 0 to 9.
    static func passesLuhn(_ digits: String) -> String {
        let sum = (1...cardDigitsMax).map { position in
            let isDoubled = (cardDigitsMax - position) % 2 == 1
            return "STRPOS('\(isDoubled ? "0516273849" : "0123456789")', SUBSTR(\(digits), \(position), 1))"
        }
        return "MOD(\(sum.joined(separator: " + ")) - \(cardDigitsMax), 10) = 0"
    }

    // MARK: IBANs

    /// What could be an IBAN, its first four characters moved to its end; else NULL. Two letters, two check digits, at
    /// most 30 letters and digits (ISO 13616-1; the shortest in the registry, Norway's, has 15 characters,
    /// <https://www.swift.com/resource/iban-registry-pdf>).
    static func rearrangedIBAN(_ text: String) -> String {
        let compact = "UPPER(REPLACE(\(text), ' ', ''))"
        return "IF(REGEXP_CONTAINS(\(compact), r'^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$'),"
            + " CONCAT(SUBSTR(\(compact), 5), SUBSTR(\(compact), 1, 4)), NULL)"
    }

    private static let ibanChunkDigits = 7
    private static let ibanChunks = 10

    /// The number of ISO 7064 that stands for a rearranged IBAN: A is 10, Z is 35. Padded from the left with zeros.
    static func ibanDigits(_ rearranged: String) -> String {
        var digits = rearranged
        for (index, letter) in "ABCDEFGHIJKLMNOPQRSTUVWXYZ".enumerated() {
            digits = "REPLACE(\(digits), '\(letter)', '\(index + 10)')"
        }
        return "LPAD(\(digits), \(ibanChunkDigits * ibanChunks), '0')"
    }

    /// Whether ``ibanDigits(_:)`` leave 1 when divided by 97 (ISO 7064, MOD 97-10): the number is a sum of its chunks,
    /// each times a power of ten whose remainder is a constant.
    static func passesMod97(_ digits: String) -> String {
        var factor = 1
        var terms: [String] = []
        for chunk in stride(from: ibanChunks - 1, through: 0, by: -1) {
            let start = chunk * ibanChunkDigits + 1
            terms.append("SAFE_CAST(SUBSTR(\(digits), \(start), \(ibanChunkDigits)) AS INT64) * \(factor)")
            for _ in 0..<ibanChunkDigits { factor = factor * 10 % 97 }
        }
        return "MOD(\(terms.joined(separator: " + ")), 97) = 1"
    }
}
