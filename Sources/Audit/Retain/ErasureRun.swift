public import Cryptography
import Dispatch

/// Erases records of an open log under the holds that another log has.
public struct ErasureRun: Sendable {
    /// So often holds that change meanwhile are read.
    private static let attemptsMax = 5

    private let log: AuditLog
    private let directory: String
    private let holdsDirectory: String
    private let keys: KeyRing

    /// A run.
    ///
    /// - Parameters:
    ///   - log: is open, in `directory`.
    ///   - holdsDirectory: where the log of admin commands is, which has the holds.
    ///   - keys: the audit key ring, which signed that log.
    public init(log: AuditLog, directory: String, holdsDirectory: String, keys: KeyRing) {
        self.log = log
        self.directory = directory
        self.holdsDirectory = holdsDirectory
        self.keys = keys
    }

    /// Erases what a selection names and no hold covers.
    ///
    /// - Returns: the plan, and what became of it.
    /// - Throws: `damaged` when the holds cannot be trusted or some are missing: then nothing is erased.
    public func erase(
        _ selection: ErasurePlanner.Selection,
        by actor: RetentionActor,
        reason: String
    ) async throws(AuditError) -> (plan: ErasurePlan, report: ErasureReport) {
        for _ in 0..<Self.attemptsMax {
            let (plan, planner) = try await planned(selection)
            // A hold that was placed while the records were looked for counts.
            guard try HoldBook.read(directory: holdsDirectory).holds == plan.holds.holds else { continue }
            let report = try await log.erase(plan, by: actor, reason: reason) { planner.basis(of: selection, $0) }
            return (plan, report)
        }
        throw AuditError(.overloaded, "holds change all the time; nothing is erased")
    }

    /// Reads a lot, on a thread of its own.
    private func planned(
        _ selection: ErasurePlanner.Selection
    ) async throws(AuditError) -> (plan: ErasurePlan, planner: ErasurePlanner) {
        try await withCheckedContinuation { waiter in
            DispatchQueue.global(qos: .utility).async {
                let result: Result<(plan: ErasurePlan, planner: ErasurePlanner), AuditError>
                do throws(AuditError) {
                    result = .success(try plan(selection))
                } catch {
                    result = .failure(error)
                }
                waiter.resume(returning: result)
            }
        }.get()
    }

    private func plan(
        _ selection: ErasurePlanner.Selection
    ) throws(AuditError) -> (plan: ErasurePlan, planner: ErasurePlanner) {
        let holds = try HoldBook.verified(directory: holdsDirectory, keys: keys)
        let planner = ErasurePlanner(directory: directory, holds: holds)
        let plan = try planner.plan(selection)
        if !plan.isEmpty, try planner.lacksHolds() {
            throw AuditError(
                .damaged,
                "the log of holds, `\(holdsDirectory)`, is shorter than it was at the last erasure: nothing is erased"
            )
        }
        return (plan, planner)
    }
}
