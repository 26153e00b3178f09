import Glibc
import Server

/// How many files and connections the process may have open.
enum DescriptorLimit {
    /// Beyond it more descriptors are of no use here, and the kernel's own limit is near (`fs.nr_open`).
    private static let useful: rlim_t = 1_048_576

    /// Raises the limit to the most that the process may give itself, and says how much that is.
    static func raise() -> Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        let wanted = max(limit.rlim_cur, min(limit.rlim_max, useful))
        if wanted > limit.rlim_cur {
            var raised = rlimit(rlim_cur: wanted, rlim_max: limit.rlim_max)
            if unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { limit = raised }
        }
        return Int(min(limit.rlim_cur, useful))
    }

    /// The connections that may be open at once.
    ///
    /// - Parameters:
    ///   - configured: what the operator asks for; nil: what descriptors allow, up to ``ServerLimits/connectionsMax``.
    ///   - descriptors: what the process may have open.
    static func connections(_ configured: Int?, descriptors: Int) throws(ConfigurationError) -> Int {
        // Of a small limit half is left to the rest, which has never needed more.
        let available = descriptors - min(ServerLimits.descriptorsReserved, descriptors / 2)
        guard let configured else { return min(available, ServerLimits.connectionsMax) }
        guard configured <= available else {
            throw ConfigurationError(
                "listen.connections: the process may have \(descriptors) files open, which leaves \(available) connections: "
                    + "raise its limit (`ulimit -n`, `LimitNOFILE=`) or lower the setting"
            )
        }
        return configured
    }
}
