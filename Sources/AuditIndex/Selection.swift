import GRDB

/// Chooses jobs by SQL. Numbers stand in it as they are, because they are ours; no text of anybody does.
struct Selection {
    /// Sets of rows that are found through an index, in the order of time.
    enum Choice {
        /// Jobs with one of these terms.
        case terms([Int64])
        /// Jobs with one of these values in a column of `jobs`, through an index.
        case values(column: String, index: String, [Int64])

        var numbers: [Int64] {
            switch self {
            case .terms(let numbers), .values(_, _, let numbers): numbers
            }
        }
    }

    /// The only job that can be meant, where one is named; 0 for one that there is not.
    var job: Int64?

    /// More numbers than this are put into a table of their own.
    private static let listMax = 500
    /// An answer is merged from so many parts at most; SQLite takes 500.
    private static let partsMax = 200
    /// Larger counts are as good as each other.
    private static let countedMax = 20_000

    private let database: Database
    private let from: Int64?
    private let to: Int64?
    private var choices: [Choice] = []
    private var conditions: [String] = []
    private var tablesMade = 0

    init(_ database: Database, from: Int64?, to: Int64?) {
        self.database = database
        self.from = from
        self.to = to
    }

    /// All of what is added must hold.
    mutating func add(_ choice: Choice) { choices.append(choice) }

    /// A condition without an index of its own.
    mutating func add(_ condition: String) { conditions.append(condition) }

    /// `(1, 2, 3)`, or a query for the same numbers.
    mutating func list(_ numbers: [Int64]) throws -> String {
        guard numbers.count > Self.listMax else { return "(" + numbers.map(String.init).joined(separator: ",") + ")" }
        tablesMade += 1
        let name = "temp.choice_\(tablesMade)"
        try database.execute(sql: "DROP TABLE IF EXISTS \(name); CREATE TABLE \(name)(id INTEGER PRIMARY KEY)")
        let insert = try database.makeStatement(sql: "INSERT OR IGNORE INTO \(name)(id) VALUES (?)")
        for number in numbers { try insert.execute(arguments: [number]) }
        return "(SELECT id FROM \(name))"
    }

    /// SQL for times and numbers of the jobs that are chosen, in the order of time.
    ///
    /// What fewest jobs have is walked through in the order of time, and the other conditions are asked of each. Several
    /// numbers are as many walks, which SQLite merges: nothing is sorted, and a page ends the walk.
    ///
    /// - Parameter after: the time and the number of the job before the first.
    mutating func jobs(after: (time: Int64, job: Int64)? = nil, isDescending: Bool = false) throws -> String {
        let order = isDescending ? " DESC" : ""
        let driver = try job == nil ? cheapest() : nil
        var rest = conditions
        for (index, choice) in choices.enumerated() where index != driver { rest.append(try condition(choice)) }
        guard let driver else {
            let parts = keys("j.time", "j.id", after, isDescending) + rest
            let source = job.map { "jobs j WHERE j.id = \($0)" } ?? "jobs j INDEXED BY jobs_time WHERE 1"
            return "SELECT j.time AS time, j.id AS id FROM \(source)" + parts.map { " AND \($0)" }.joined()
                + " ORDER BY 1\(order), 2\(order)"
        }
        let walks = choices[driver].numbers.map { number -> String in
            switch choices[driver] {
            case .terms:
                let parts = ["p.term = \(number)"] + keys("p.time", "p.job", after, isDescending) + rest
                // CROSS JOIN keeps SQLite from beginning with the jobs.
                return "SELECT p.time AS time, p.job AS id FROM postings p"
                    + (rest.isEmpty ? "" : " CROSS JOIN jobs j ON j.id = p.job") + Self.whole(parts)
            case .values(let column, let index, _):
                let parts = ["j.\(column) = \(number)"] + keys("j.time", "j.id", after, isDescending) + rest
                return "SELECT j.time AS time, j.id AS id FROM jobs j INDEXED BY \(index)" + Self.whole(parts)
            }
        }
        return walks.joined(separator: " UNION ") + " ORDER BY 1\(order), 2\(order)"
    }

    /// The choice that is walked through; null when that is all jobs.
    private func cheapest() throws -> Int? {
        var best: (index: Int, count: Int)?
        for (index, choice) in choices.enumerated() {
            guard !choice.numbers.isEmpty else { return nil }
            guard choice.numbers.count <= Self.partsMax else { continue }
            let count = try count(choice, atMost: best?.count ?? Self.countedMax)
            if best.map({ count < $0.count }) ?? true { best = (index, count) }
        }
        return best?.index
    }

    private func count(_ choice: Choice, atMost most: Int) throws -> Int {
        var count = 0
        for number in choice.numbers where count < most {
            let source =
                switch choice {
                case .terms: "postings p WHERE p.term = \(number)" + keys("p.time").map { " AND \($0)" }.joined()
                case .values(let column, let index, _):
                    "jobs j INDEXED BY \(index) WHERE j.\(column) = \(number)"
                        + keys("j.time").map { " AND \($0)" }.joined()
                }
            let sql = "SELECT count(*) FROM (SELECT 1 FROM \(source) LIMIT \(most - count))"
            count += try Int.fetchOne(database, sql: sql) ?? 0
        }
        return count
    }

    private mutating func condition(_ choice: Choice) throws -> String {
        guard !choice.numbers.isEmpty else { return "0" }
        let numbers = try list(choice.numbers)
        switch choice {
        case .terms:
            return "EXISTS (SELECT 1 FROM postings q WHERE q.term IN \(numbers) AND q.time = j.time AND q.job = j.id)"
        case .values(let column, _, _):
            return "j.\(column) IN \(numbers)"
        }
    }

    /// The conditions on time, and on the order that comes after a job.
    private func keys(
        _ time: String,
        _ job: String = "",
        _ after: (time: Int64, job: Int64)? = nil,
        _ isDescending: Bool = false
    ) -> [String] {
        var keys: [String] = []
        if let from { keys.append("\(time) >= \(from)") }
        if let to { keys.append("\(time) < \(to)") }
        if let after {
            keys.append("(\(time), \(job)) \(isDescending ? "<" : ">") (\(after.time), \(after.job))")
        }
        return keys
    }

    static func whole(_ parts: [String]) -> String {
        parts.isEmpty ? "" : " WHERE " + parts.joined(separator: " AND ")
    }
}
