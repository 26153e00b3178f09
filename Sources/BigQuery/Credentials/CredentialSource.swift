internal import HTTPTransport
internal import Locks

/// The credential in force, and how another version of its file comes into force.
///
/// A file is looked at whenever a token is fetched, when it was refused, and when the operator asks. A version that
/// cannot be used changes nothing; nor does one that is of another account, because what was checked for the one need
/// not hold for the other.
public final class CredentialSource: Sendable {
    private struct State: Sendable {
        var credential: Credential
        /// Of the file that is in force.
        var digest: [UInt8]?
        /// Of the file that was looked at last, with or without success.
        var version: FileVersion?
    }

    /// The account that calls are made under.
    public let account: String
    let transport: HTTPTransport
    /// Nil for a key that is never read again.
    private let settings: CredentialSettings?
    private let endpoint: BigQueryEndpoint
    private let state: Locked<State>
    private let report: @Sendable (CredentialEvent) -> Void

    /// Opens a credential: reads its file, or asks the metadata server who it is.
    ///
    /// - Parameters:
    ///   - settings: what is configured.
    ///   - endpoint: where BigQuery is; only when that is on loopback may token endpoints be there too.
    ///   - userAgent: how requests for tokens name the client.
    ///   - report: hears of changes and failures.
    public static func open(
        _ settings: CredentialSettings,
        for endpoint: BigQueryEndpoint,
        userAgent: String,
        report: @escaping @Sendable (CredentialEvent) -> Void
    ) async throws(BigQueryError) -> CredentialSource {
        let (credential, file) = try Credential.open(settings, for: endpoint)
        let transport = try transport(of: credential, for: endpoint, userAgent: userAgent)
        let account: String
        if let known = credential.account {
            account = known
        } else {
            account = try await TokenRequests(transport: transport).account(of: credential)
        }
        return CredentialSource(settings, endpoint, credential, file, account, transport, report)
    }

    /// The account of a credential, as far as its settings and files tell without asking anybody.
    public static func account(
        of settings: CredentialSettings,
        for endpoint: BigQueryEndpoint
    ) throws(BigQueryError) -> String? {
        try Credential.open(settings, for: endpoint).0.account
    }

    /// A key that is never read again.
    init(key: ServiceAccountKey, endpoint: BigQueryEndpoint, transport: HTTPTransport) {
        account = key.email
        self.transport = transport
        self.endpoint = endpoint
        settings = nil
        state = Locked(State(credential: Credential(origin: .key(key, selfSigned: false), impersonations: [])))
        report = { _ in }
    }

    private init(
        _ settings: CredentialSettings,
        _ endpoint: BigQueryEndpoint,
        _ credential: Credential,
        _ file: CredentialFile?,
        _ account: String,
        _ transport: HTTPTransport,
        _ report: @escaping @Sendable (CredentialEvent) -> Void
    ) {
        self.settings = settings
        self.endpoint = endpoint
        self.account = account
        self.transport = transport
        self.report = report
        state = Locked(State(credential: credential, digest: file?.digest, version: file?.version))
    }

    /// Tokens and assertions travel on connections of their own: plain HTTP is allowed here where it is not for
    /// BigQuery, and each address was checked when the credential was read.
    private static func transport(
        of credential: Credential,
        for endpoint: BigQueryEndpoint,
        userAgent: String
    ) throws(BigQueryError) -> HTTPTransport {
        var configuration = HTTPTransport.Configuration(
            allowsPlainLoopback: endpoint.isLoopback,
            connectionsMax: 8,
            userAgent: userAgent
        )
        switch credential.origin {
        case .key: break
        case .external, .metadata:
            configuration.allowsPlainLoopback = true
            configuration.plainHosts = MetadataServer.plainHosts
        }
        do {
            return try HTTPTransport(configuration: configuration)
        } catch {
            throw BigQueryError(error)
        }
    }

    /// The credential in force.
    var credential: Credential { state.withLock { $0.credential } }

    /// Reports to whoever operates the server.
    func tell(_ event: CredentialEvent) { report(event) }

    /// Puts another version of the file in force, if there is one.
    ///
    /// - Parameter unseenOnly: whether a version that was looked at before, by its time and size, is left alone.
    /// - Returns: whether the credential changed.
    func reread(unseenOnly: Bool) -> Bool {
        guard let settings, let path = settings.file else { return false }
        let version = FileVersion(of: path)
        if unseenOnly, state.withLock({ $0.version == version }) { return false }
        do throws(BigQueryError) {
            let (credential, file) = try Credential.open(settings, for: endpoint)
            if let found = credential.account, found.lowercased() != account.lowercased() {
                throw BigQueryError(credentials: "`\(path)` is of another account than the server was started with")
            }
            let isNew = state.withLock { state in
                state.version = file?.version
                guard state.digest != file?.digest else { return false }
                state.digest = file?.digest
                state.credential = credential
                return true
            }
            if isNew { report(.reread(account: account, keyID: credential.keyID)) }
            return isNew
        } catch {
            state.withLock { $0.version = version }
            report(.notReread(error))
            return false
        }
    }
}
