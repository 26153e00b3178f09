public import BigQuery
public import Catalog

/// Tells from a column's name what it may hold.
///
/// The words are those that data protection laws and their guidance name: NIST SP 800-122, section 2.2
/// (<https://doi.org/10.6028/NIST.SP.800-122>), and the InfoTypes of Google's Sensitive Data Protection
/// (<https://cloud.google.com/sensitive-data-protection/docs/infotypes-reference>).
public enum SensitiveNames {
    /// Runs of words that name a kind, the more telling kinds first: `email_address` is an e-mail address.
    private static let phrases: [(kind: SensitiveKind, phrases: [String])] = [
        (.email, ["email", "e mail", "mail address", "emails", "email address"]),
        (.ipAddress, ["ip address", "ip addr", "ipv4", "ipv6", "client ip", "user ip", "remote addr"]),
        (.ssn, ["ssn", "ssns", "social security", "socsec", "social security number"]),
        (
            .taxID,
            [
                "tax id", "taxid", "tin", "itin", "ein", "vat number", "vat id", "tax number", "taxpayer", "steuer id",
                "fiscal code", "codice fiscale",
            ]
        ),
        (
            .nationalID,
            [
                "national id", "nationalid", "national insurance", "nino", "personal id", "identity card", "id card",
                "id number", "citizen id", "aadhaar", "personnummer", "cpf", "dni", "bsn",
            ]
        ),
        (.passport, ["passport"]),
        (
            .drivingLicence,
            ["driving licence", "driving license", "drivers licence", "drivers license", "driver license", "dl number"]
        ),
        (
            .cardNumber,
            [
                "card number", "cardnumber", "card num", "card no", "credit card", "creditcard", "debit card",
                "cc number", "ccn", "cvv", "cvc",
            ]
        ),
        (.iban, ["iban", "ibans"]),
        (
            .bankAccount,
            ["account number", "account no", "acct number", "bank account", "routing number", "sort code"]
        ),
        (.phone, ["phone", "phones", "telephone", "tel", "mobile", "cell number", "cellphone", "msisdn", "fax"]),
        (
            .birthDate,
            [
                "birth date", "birthdate", "date of birth", "birthday", "dob", "birth day", "born on", "birth year",
                "year of birth",
            ]
        ),
        (
            .personName,
            [
                "first name", "firstname", "last name", "lastname", "full name", "fullname", "given name",
                "family name", "surname", "maiden name", "middle name", "customer name", "client name",
                "patient name", "employee name", "contact name", "cardholder", "person name", "holder name",
            ]
        ),
        (
            .address,
            [
                "address", "addresses", "street", "zip", "zip code", "zipcode", "postal code", "postcode",
                "address line",
            ]
        ),
        (.gender, ["gender", "sex"]),
        (.secret, ["password", "passwd", "secret", "pin hash", "pin code", "api key", "access token"]),
    ]

    /// Words that make another thing of it: a MAC address is no home, a card's type no number.
    private static let exceptions = [
        "mac address", "email verified", "email sent", "email opt", "phone type", "phone model", "address type",
        "address id", "email id", "mobile app", "mobile web", "secret santa", "contract address", "web address",
    ]

    /// The kind that a column's name tells of; for `a.b` the last name decides, and `b` alone where it says enough.
    public static func kind(of path: String, type: ColumnType) -> SensitiveKind? {
        guard mayHold(type) else { return nil }
        let name = path.split(separator: ".").last.map(String.init) ?? path
        let text = " \(words(of: name).joined(separator: " ")) "
        guard !exceptions.contains(where: { text.contains(" \($0) ") }) else { return nil }
        return phrases.first { _, phrases in phrases.contains { text.contains(" \($0) ") } }?.kind
    }

    /// A flag tells of a datum without holding it, and measures are none.
    private static func mayHold(_ type: ColumnType) -> Bool {
        switch type {
        case .scalar(let scalar):
            switch scalar {
            case .bool, .interval, .time, .float64: false
            case .string, .bytes, .int64, .numeric, .bignumeric, .date, .datetime, .timestamp, .geography, .json: true
            }
        case .range, .record, .unknown: false
        }
    }

    /// The words of `customerEmail`, `customer_email` or `CUSTOMER-EMAIL`, in lower case.
    static func words(of name: String) -> [String] {
        var words: [String] = []
        var word = ""
        let characters = Array(name)
        for (index, character) in characters.enumerated() {
            guard character.isLetter || character.isNumber else {
                words.append(word)
                word = ""
                continue
            }
            let followsLower = word.last?.isUppercase == false
            let precedesLower =
                index + 1 < characters.count && characters[index + 1].isLowercase && word.last?.isUppercase == true
            if character.isUppercase, followsLower || precedesLower {
                words.append(word)
                word = ""
            }
            word.append(character)
        }
        words.append(word)
        return words.filter { !$0.isEmpty }.map { $0.lowercased() }
    }
}
