/// What a value, or the name of a column, can look like.
public enum SensitiveKind: String, Sendable, Hashable, CaseIterable {
    case ssn
    case cardNumber = "card_number"
    case iban
    case email
    case phone
    case birthDate = "birth_date"
    case passport
    case drivingLicence = "driving_licence"
    case taxID = "tax_id"
    case nationalID = "national_id"
    case bankAccount = "bank_account"
    case personName = "person_name"
    case address
    case ipAddress = "ip_address"
    case gender
    case secret
}
