import Audit
import Gate
import HTTPTransport
import Identity
import Logging
import Server
import ServiceLifecycle

/// Who is let in: whom the configured issuers vouch for, or on one machine for development whoever comes.
struct Door: Sendable {
    /// Who callers without a token are.
    let developmentPrincipal: Principal?
    /// Judges tokens; null where there are no issuers.
    let resourceServer: ResourceServer?
    /// Where `scrim stdio` finds its token.
    let token: IdentityConfiguration.SecretSource?
    let recorder: RefusalRecorder
    /// What is revoked; null where no file is configured.
    let revocations: RevocationFile?

    /// A door as it is configured; nothing is asked of an issuer before the first token comes.
    ///
    /// - Parameters:
    ///   - tools: the names of the tools, which alone can need scopes.
    ///   - sessions: names sessions, so that they can be revoked.
    ///   - gate: has the mapping that says what groups mean.
    ///   - records: where refusals go, and the log for everything else.
    /// - Throws: `ConfigurationError`.
    init(
        _ configuration: IdentityConfiguration,
        developmentPrincipal: Principal?,
        tools: Set<String>,
        sessions: SessionIDMint,
        gate: QueryGate,
        records: (refusals: RefusalRecorder, audit: AuditLog),
        logger: Logger
    ) async throws(ConfigurationError) {
        self.developmentPrincipal = developmentPrincipal
        recorder = records.refusals
        guard let resource = configuration.resource else {
            resourceServer = nil
            token = nil
            revocations = nil
            return
        }
        for tool in resource.scopes.tools.keys.sorted() where !tools.contains(tool) {
            throw ConfigurationError("identity.scopes.tools: there is no tool `\(tool)`")
        }
        let verifier = try Self.verifier(resource, sessions)
        resourceServer = ResourceServer(
            ResourceServer.Settings(
                resource: resource.url,
                authorizationServers: resource.authorizationServers,
                scopes: resource.scopes
            ),
            developmentPrincipal: developmentPrincipal,
            verify: { token in
                await verifier.verify(bearer: token, roles: gate.roleAssignment).mapError { CallerRefusal($0) }
            },
            record: { [recorder] in await recorder.record($0) }
        )
        token = resource.token ?? IdentityConfiguration.SecretSource.usual
        guard let file = resource.revocations else {
            revocations = nil
            return
        }
        revocations = try await RevocationFile(
            path: file,
            issuers: resource.issuers.map(\.issuer),
            audit: records.audit,
            logger: logger,
            apply: { verifier.replace(revocations: $0) }
        )
    }

    private static func verifier(
        _ resource: IdentityConfiguration.Resource,
        _ sessions: SessionIDMint
    ) throws(ConfigurationError) -> TokenVerifier {
        // Plain http is taken to this machine only, and only where an issuer's own address has it.
        let isPlain = resource.issuers.contains { $0.issuer.hasPrefix("http://") }
        do {
            return try TokenVerifier(
                resource: resource.url.text,
                issuers: resource.issuers,
                fetcher: HTTPTransport(configuration: .init(allowsPlainLoopback: isPlain, connectionsMax: 32)),
                sessions: sessions
            )
        } catch {
            throw ConfigurationError("identity.issuers: \(error)")
        }
    }

    /// The development principal of a configuration.
    ///
    /// - Throws: `ConfigurationError` when others than those of this machine could reach it.
    static func developmentPrincipal(
        of configuration: Configuration,
        for transport: CallTransport
    ) throws(ConfigurationError) -> Principal? {
        guard let configured = configuration.identity.developmentPrincipal else { return nil }
        do {
            return try DevelopmentPrincipal.make(
                subject: configured.subject,
                roles: configured.roles,
                listeningOn: transport == .stdio ? .standardStreams : .host(configuration.listen.host)
            )
        } catch {
            throw ConfigurationError("identity.development_principal: \(error)")
        }
    }

    /// The rules for requests over HTTP.
    func accessRules(
        makeCaller: @escaping @Sendable (Principal, CallFacts) -> Caller
    ) -> AccessRules<KnownCaller, Caller> {
        if let resourceServer { return resourceServer.accessRules(makeCaller: makeCaller) }
        return AccessRules(
            authenticate: { [developmentPrincipal] _ in
                guard let developmentPrincipal else {
                    return .failure(AuthenticationRefusal(status: 403, message: "nobody may call", challenge: nil))
                }
                return .success(KnownCaller(developmentPrincipal))
            },
            makeCaller: { makeCaller($0.principal, $1) }
        )
    }

    /// Who the one client of the standard streams is.
    func principal(calling tool: String?, requestID: String) async -> Result<Principal, CallRefusal> {
        if let resourceServer, let token {
            return await StdioToken(source: token, server: resourceServer).principal(
                calling: tool,
                requestID: requestID
            )
        }
        if let developmentPrincipal { return .success(developmentPrincipal) }
        return .failure(
            CallRefusal(
                code: "policy.no_token",
                message: "no access token was given to this server",
                fix: "put one into the environment variable `\(IdentityDecoder.tokenVariable)`, or name its place as "
                    + "`identity.token` or with --token-file, then start the server again"
            )
        )
    }
}

/// Keeps what the door decides by up to date, for as long as the server runs.
struct DoorService: Service {
    let door: Door

    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await door.recorder.run() }
            if let revocations = door.revocations { group.addTask { await revocations.watch() } }
            try? await gracefulShutdown()
            group.cancelAll()
        }
    }
}

extension IdentityConfiguration.SecretSource {
    /// Where a token is when nobody said where; null when there is none.
    fileprivate static var usual: Self? {
        let source = Self.environment(IdentityDecoder.tokenVariable)
        return source.read() == nil ? nil : source
    }
}

extension RefusalRecorder {
    /// Records a refusal of the resource server.
    fileprivate func record(_ refused: RefusedCaller) async {
        await record(
            request: refused.requestID,
            peer: refused.peer,
            reason: refused.refusal.reason,
            issuer: refused.refusal.issuer,
            subject: refused.refusal.subject,
            actor: refused.principal?.auditActor,
            tool: refused.tool
        )
    }
}
