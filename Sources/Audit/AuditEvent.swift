/// Everything that is recorded. No event has a field for a cell's value or a token; texts that may hold personal data
/// are recorded as commitments.
public enum AuditEvent: Sendable {
    /// The server began to listen.
    case serverStarted(ServerStarted)
    /// The server ended as asked.
    case serverStopped(ServerStopped)
    /// A mapping was read, at the start or later.
    case mappingLoaded(MappingLoaded)
    /// Somebody was not let in.
    case identityRefused(IdentityRefused)
    /// More people were not let in than have entries of their own.
    case identityRefusalsCounted(IdentityRefusalsCounted)
    /// The list of what is revoked was read.
    case revocationsRead(RevocationsRead)
    /// A server opened the log.
    case logOpened(LogOpened)
    /// A key ring was read.
    case keysRead(KeysRead)
    /// The server was told something by a signal.
    case signalReceived(SignalReceived)
    /// A mapping was to be put in force and was not.
    case mappingRefused(MappingRefused)
    /// Somebody who is known asked for something.
    case requestReceived(AuditContext, RequestReceived)
    /// A session's first request reached this server.
    case sessionSeen(AuditContext, SessionSeen)
    /// A request was refused before anything was done for it.
    case requestRefused(AuditContext, RequestRefused)
    /// A query was examined without running it.
    case queryEstimated(AuditContext, QueryEstimated)
    /// A job is about to be sent; nothing is sent before this entry is durable.
    case jobSubmitted(AuditContext, JobSubmitted)
    /// A job's end became known, or the caller's wish to end it.
    case jobEnded(AuditContext, JobEnded)
    /// Rows are about to be handed to the caller.
    case pageDelivered(AuditContext, PageDelivered)
    /// Names, types or tags of datasets and tables are about to be handed to the caller.
    case metadataRead(AuditContext, MetadataRead)
    /// An admin planned to change the tags of a table; nothing was changed.
    case tagChangePlanned(AuditContext, TagChangeRecord)
    /// An admin's change of a table's tags is about to be sent; nothing is sent before this entry is durable.
    case tagChangeSubmitted(AuditContext, TagChangeRecord)
    /// What became of a change of tags.
    case tagChangeEnded(AuditContext, TagChangeEnded)
    /// Somebody outside who keeps checkpoints began or ended to fail.
    case anchorChanged(AnchorChanged)
    /// An admin gave a command.
    case adminCommandGiven(AuditContext, AdminCommandGiven)
    /// A key ring was made, or got a new key.
    case keysChanged(AuditContext, KeysChanged)
    /// Something of a log is about to be shown.
    case auditReadAsked(AuditContext, AuditReadAsked)
    /// The table that entries are copied to fell behind, or has caught up.
    case auditSink(AuditSinkState)
    /// What is no longer kept, or must not go away.
    case retention(RetentionEvent)

    /// The event type as it stands in the log.
    public var type: String {
        switch self {
        case .serverStarted: "server_started"
        case .serverStopped: "server_stopped"
        case .mappingLoaded: "mapping_loaded"
        case .identityRefused: "identity_refused"
        case .identityRefusalsCounted: "identity_refusals_counted"
        case .revocationsRead: "revocations_read"
        case .logOpened: "log_opened"
        case .keysRead: "keys_read"
        case .signalReceived: "signal_received"
        case .mappingRefused: "mapping_refused"
        case .requestReceived: "request_received"
        case .sessionSeen: "session_seen"
        case .requestRefused: "request_refused"
        case .queryEstimated: "query_estimated"
        case .jobSubmitted: "job_submitted"
        case .jobEnded: "job_ended"
        case .pageDelivered: "page_delivered"
        case .metadataRead: "metadata_read"
        case .tagChangePlanned: "tag_change_planned"
        case .tagChangeSubmitted: "tag_change_submitted"
        case .tagChangeEnded: "tag_change_ended"
        case .anchorChanged: "anchor_changed"
        case .adminCommandGiven: "admin_command"
        case .keysChanged: "keys_changed"
        case .auditReadAsked: "audit_read"
        case .auditSink: "audit_sink"
        case .retention(let event): event.type
        }
    }
}

/// The server began to listen.
public struct ServerStarted: Sendable {
    /// The server's version.
    public let version: String
    /// `http` or `stdio`.
    public let transport: String
    /// The address listened on; empty for `stdio`.
    public let address: String
    /// The project that runs and pays for jobs.
    public let project: String
    /// Where jobs run.
    public let location: String
    /// Whether callers are taken to be a configured development principal.
    public let isDevelopment: Bool
    /// SHA-256 of the configuration file's bytes; null where it is not known.
    public let configurationDigest: [UInt8]?

    /// A start.
    public init(
        version: String,
        transport: String,
        address: String,
        job: (project: String, location: String),
        isDevelopment: Bool,
        configurationDigest: [UInt8]? = nil
    ) {
        self.version = version
        self.transport = transport
        self.address = address
        self.project = job.project
        self.location = job.location
        self.isDevelopment = isDevelopment
        self.configurationDigest = configurationDigest
    }
}

/// The server ended as asked.
public struct ServerStopped: Sendable {
    /// Why, for example `SIGTERM`.
    public let reason: String

    /// An end.
    public init(reason: String) {
        self.reason = reason
    }
}

/// A mapping was read.
public struct MappingLoaded: Sendable {
    /// The digest of all its files.
    public let digest: String
    /// How many files.
    public let fileCount: Int
    /// The names of its roles.
    public let roles: [String]

    /// A mapping that is now in force.
    public init(digest: String, fileCount: Int, roles: [String]) {
        self.digest = digest
        self.fileCount = fileCount
        self.roles = roles
    }
}

/// A session's first request reached this server.
public struct SessionSeen: Sendable {
    /// `http` or `stdio`.
    public let transport: String
    /// The protocol's version spoken.
    public let protocolVersion: String

    /// A session's first sight.
    public init(transport: String, protocolVersion: String) {
        self.transport = transport
        self.protocolVersion = protocolVersion
    }
}

/// Names, types or tags are about to be handed to the caller.
public struct MetadataRead: Sendable {
    /// The MCP tool.
    public let tool: String
    /// The datasets or tables asked about.
    public let resources: [String]
    /// How many items the answer has.
    public let itemCount: Int
    /// What is kept of the answer, sealed; null where content is not recorded.
    public let recorded: RecordedContent?

    /// A metadata answer.
    public init(tool: String, resources: [String], itemCount: Int, keeping answer: RecordedContent? = nil) {
        self.tool = tool
        self.resources = resources
        self.itemCount = itemCount
        recorded = answer
    }
}
