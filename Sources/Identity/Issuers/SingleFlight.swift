import Locks

/// Work that several tasks want at once is done once.
final class SingleFlight<Key: Hashable & Sendable, Output: Sendable>: Sendable {
    private let tasks = Locked<[Key: Task<Output, Never>]>([:])

    /// The result of the work under way for `key`, or of `work` when none is; null when `limit` other pieces of work
    /// are under way. The work goes on when a caller is cancelled.
    func value(for key: Key, limit: Int = .max, work: @escaping @Sendable () async -> Output) async -> Output? {
        let task = tasks.withLock { tasks -> Task<Output, Never>? in
            if let task = tasks[key] { return task }
            guard tasks.count < limit else { return nil }
            let task = Task { [self] in
                let output = await work()
                self.tasks.withLock { $0[key] = nil }
                return output
            }
            tasks[key] = task
            return task
        }
        return await task?.value
    }
}
