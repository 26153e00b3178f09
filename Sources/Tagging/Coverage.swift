public import BigQuery
public import Catalog
public import Masking

/// A column without a tag that looks as if it should carry one.
public struct CoverageFinding: Sendable, Hashable {
    /// How a column was found.
    public enum Evidence: String, Sendable, Hashable {
        case values
        case name
    }

    /// The table.
    public let table: TableID
    /// The column; nested ones as `a.b`.
    public let column: String
    /// The column's type.
    public let type: String
    /// What it looks like.
    public let kind: SensitiveKind
    /// The share of values in the sample that match, in whole percent; null where too few do, or none were looked at.
    public let percent: Int?
    /// How it was found.
    public let evidence: [Evidence]
    /// A policy tag of `tags.yaml` that is made for it; null where none obviously is.
    public let suggestedTag: String?
}

/// When counts are enough to say something; smaller ones are not shown, because few values can point to persons.
public struct CoverageThreshold: Sendable, Hashable {
    /// The fewest values that must match.
    public var matchesMin: Int64 = 5
    /// The smallest share of the values that must match, in percent.
    public var percentMin = 20

    /// The shares and numbers below which runs of digits without separators mean nothing: many things are nine or ten
    /// digits long, but most of them count up and so begin alike.
    static let barePercentMin = 90
    static let bareAreasMin: Int64 = 5

    /// The defaults.
    public init() {}
}

/// Judges what was counted, and the names.
public struct Coverage {
    private let tags: TagTable
    private let threshold: CoverageThreshold

    /// A judge.
    public init(tags: TagTable, threshold: CoverageThreshold) {
        self.tags = tags
        self.threshold = threshold
    }

    /// The columns of a table that carry no tag and can.
    public static func untagged(in schema: TableSchema) -> [TagState] {
        TagState.all(of: schema).filter { !$0.isTagged && !$0.isStruct }
    }

    /// The columns that look sensitive.
    /// - Parameter counts: what was counted, by path; a column without counts is judged by its name.
    public func findings(in schema: TableSchema, counts: [String: CoverageCounts]) -> [CoverageFinding] {
        Self.untagged(in: schema).compactMap { state in
            finding(state, SensitiveNames.kind(of: state.path, type: state.column.type), counts[state.path], schema.id)
        }
    }

    private func finding(
        _ state: TagState,
        _ named: SensitiveKind?,
        _ counts: CoverageCounts?,
        _ table: TableID
    ) -> CoverageFinding? {
        let seen = counts.map { shares(of: $0, named: named) } ?? [:]
        // What the name says counts where the values agree with it; else the values do.
        let best = seen.max { ($0.value, $1.key.rawValue) < ($1.value, $0.key.rawValue) }?.key
        guard let kind = named.flatMap({ seen[$0] == nil ? nil : $0 }) ?? best ?? named else { return nil }
        var evidence: [CoverageFinding.Evidence] = []
        if seen[kind] != nil { evidence.append(.values) }
        if named == kind { evidence.append(.name) }
        return CoverageFinding(
            table: table,
            column: state.path,
            type: state.typeText,
            kind: kind,
            percent: seen[kind],
            evidence: evidence,
            suggestedTag: suggestedTag(for: kind)
        )
    }

    /// The share in percent of each kind that is seen often enough.
    private func shares(of counts: CoverageCounts, named: SensitiveKind?) -> [SensitiveKind: Int] {
        guard counts.values > 0 else { return [:] }
        var shares: [SensitiveKind: Int] = [:]
        for (kind, matches) in counts.matches where matches >= threshold.matchesMin {
            let percent = Self.percent(matches, of: counts.values)
            if percent >= threshold.percentMin { shares[kind] = percent }
        }
        for (kind, bare) in counts.bare where shares[kind] == nil && bare.matches >= threshold.matchesMin {
            let percent = Self.percent(bare.matches, of: counts.values)
            let isTelling =
                named == kind
                ? percent >= threshold.percentMin
                : percent >= max(threshold.percentMin, CoverageThreshold.barePercentMin)
                    && bare.areas >= CoverageThreshold.bareAreasMin
            if isTelling { shares[kind] = percent }
        }
        return shares
    }

    private static func percent(_ part: Int64, of whole: Int64) -> Int {
        Int(min(max(Double(part) / Double(whole), 0), 1) * 100)
    }

    /// The last part of a tag's name, or all of it, says the kind; of several nothing is obvious.
    private func suggestedTag(for kind: SensitiveKind) -> String? {
        let wanted = Self.tagNames[kind] ?? []
        let found = tags.resources.filter { name, resource in
            guard resource.contains("/policyTags/") else { return false }
            let last = name.split(separator: ".").last.map { SensitiveNames.words(of: String($0)) } ?? []
            let all = name.split(separator: ".").flatMap { SensitiveNames.words(of: String($0)) }
            return wanted.contains(last.joined(separator: " ")) || wanted.contains(all.joined(separator: " "))
        }
        return found.count == 1 ? found.first?.key : nil
    }

    private static let tagNames: [SensitiveKind: Set<String>] = [
        .ssn: ["ssn", "social security number", "social security"],
        .cardNumber: ["card", "card number", "credit card", "pan", "credit card number"],
        .iban: ["iban", "account number", "bank account"],
        .email: ["email", "e mail", "email address"],
        .phone: ["phone", "phone number", "telephone", "mobile"],
        .birthDate: ["birth date", "birthdate", "date of birth", "dob", "birthday"],
        .passport: ["passport", "passport number"],
        .drivingLicence: ["driving licence", "drivers license", "driving license"],
        .taxID: ["tax id", "tin", "tax number"],
        .nationalID: ["national id", "id number"],
        .bankAccount: ["account number", "bank account"],
        .personName: ["name", "person name", "full name"],
        .address: ["address", "postal address", "home address"],
        .ipAddress: ["ip address", "ip"],
        .gender: ["gender", "sex"],
        .secret: ["secret", "password", "credential"],
    ]
}
