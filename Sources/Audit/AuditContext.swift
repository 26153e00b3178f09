/// On whose behalf something was done: the fields of an identified principal.
public struct AuditActor: Sendable, Hashable {
    /// Who vouches for the subject.
    public let issuer: String
    /// The issuer's name for who asks.
    public let subject: String
    /// The program that the subject lets act, where the issuer names one.
    public let client: String?
    /// The roles held at that time.
    public let roles: [String]
    /// `human`, `machine` or `development`.
    public let kind: String
    /// Who acts for the subject, the one that acts now first (RFC 8693, 4.1, `act`).
    public let actors: [AuditParty]

    /// An actor.
    public init(
        issuer: String,
        subject: String,
        client: String?,
        roles: [String],
        kind: String,
        actors: [AuditParty] = []
    ) {
        self.issuer = issuer
        self.subject = subject
        self.client = client
        self.roles = roles
        self.kind = kind
        self.actors = actors
    }
}

/// Somebody who acts for another.
public struct AuditParty: Sendable, Hashable {
    /// Who vouches for the subject, where that is told.
    public let issuer: String?
    /// The party's name.
    public let subject: String
    /// The program that it is, where one is named.
    public let client: String?

    /// A party.
    public init(issuer: String?, subject: String, client: String?) {
        self.issuer = issuer
        self.subject = subject
        self.client = client
    }
}

/// Where in the course of things an event belongs.
public struct AuditContext: Sendable, Hashable {
    /// On whose behalf; null where nobody was identified.
    public let actor: AuditActor?
    /// The session's ID; null where nobody was identified.
    public let session: String?
    /// The request's ID, made by the server, the same for all events of one request.
    public let request: String
    /// Name and version that the client's software gives itself; nothing proves them.
    public let software: String?
    /// The digest of the mapping in force; null where none was looked at.
    public let mappingDigest: String?

    /// A context.
    public init(
        actor: AuditActor?,
        session: String?,
        request: String,
        software: String?,
        mappingDigest: String?
    ) {
        self.actor = actor
        self.session = session
        self.request = request
        self.software = software
        self.mappingDigest = mappingDigest
    }
}

/// One BigQuery job.
public struct AuditJob: Sendable, Hashable {
    /// The project that runs and pays for the job.
    public let project: String
    /// Where the job runs.
    public let location: String
    /// The job's ID.
    public let jobID: String

    /// A job.
    public init(project: String, location: String, jobID: String) {
        self.project = project
        self.location = location
        self.jobID = jobID
    }
}

/// One column that was masked, and how.
public struct AuditMaskedColumn: Sendable, Hashable {
    /// `project.dataset.table`.
    public let table: String
    /// The column; nested ones as `a.b`.
    public let column: String
    /// The name of the tag that the column carries.
    public let tag: String
    /// The name of the rule.
    public let rule: String

    /// A masked column.
    public init(table: String, column: String, tag: String, rule: String) {
        self.table = table
        self.column = column
        self.tag = tag
        self.rule = rule
    }
}
