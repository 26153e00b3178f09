import CLinux
import Glibc

/// What keeps the process's memory, in which keys and tokens are, from being seen from outside.
enum ProcessSecrecy {
    /// Signals for which a crash reporter of the Swift runtime may have been set up (`SWIFT_BACKTRACE`): it prints
    /// parts of memory.
    private static let crashes = [SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP]

    /// Forbids core dumps of any kind, and to other processes of the same user `/proc/PID/mem`, `environ` and debuggers
    /// (prctl(2), PR_SET_DUMPABLE; core(5)).
    ///
    /// - Throws: a server whose memory could be seen does not start.
    static func begin() throws(ConfigurationError) {
        var limit = rlimit(rlim_cur: 0, rlim_max: 0)
        guard scrim_forbid_dumps() == 0,
            unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit) == 0
        else { throw ConfigurationError("core dumps cannot be forbidden") }
        for number in crashes { signal(number, SIG_DFL) }
    }
}
