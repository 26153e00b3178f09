import GRDB

/// The tables. Whatever is text is text of the log; everything else is numbers that are counted from it.
///
/// Times are microseconds since the Unix epoch. 0 in a column that names a row of `names`, `texts` or `callers` stands
/// for none, because indexes treat NULL differently.
enum IndexSchema {
    /// Raised whenever tables, or what is put into them, change: an index of another version is made anew.
    static let version = 1
    /// `Scrm`, which tells our files from those of others.
    static let applicationID = 0x5363_726D

    static func create(in database: Database) throws {
        try database.execute(sql: tables + indexes)
        try database.execute(sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version)")
    }

    static func isCurrent(in database: Database) throws -> Bool {
        try Int.fetchOne(database, sql: "PRAGMA application_id") == applicationID
            && Int.fetchOne(database, sql: "PRAGMA user_version") == version
    }

    private static let tables = """
        -- The logs, and how far each is in here: so many entries, which hash to this root.
        CREATE TABLE logs(id INTEGER PRIMARY KEY, origin TEXT NOT NULL UNIQUE, size INTEGER NOT NULL, root BLOB NOT NULL);
        -- Short texts, each once: names of people, issuers, clients, tables, columns, tags, roles, outcomes.
        CREATE TABLE names(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
        -- Long texts, found by 8 bytes of their SHA-256: SQL (is_sql), and lists as the log has them.
        CREATE TABLE texts(id INTEGER PRIMARY KEY, digest INTEGER NOT NULL, is_sql INTEGER NOT NULL, text TEXT NOT NULL);
        -- Who asked, with what client and in which roles, as one entry says it.
        CREATE TABLE callers(
            id INTEGER PRIMARY KEY, subject INTEGER NOT NULL, issuer INTEGER NOT NULL, client INTEGER NOT NULL,
            software INTEGER NOT NULL, roles INTEGER NOT NULL, UNIQUE(subject, issuer, client, software, roles)
        );
        CREATE TABLE caller_roles(role INTEGER, caller INTEGER, PRIMARY KEY(role, caller)) WITHOUT ROWID;
        CREATE TABLE sessions(
            id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, first INTEGER NOT NULL, last INTEGER NOT NULL,
            requests INTEGER NOT NULL, jobs INTEGER NOT NULL, refusals INTEGER NOT NULL, estimates INTEGER NOT NULL,
            metadata_reads INTEGER NOT NULL, pages INTEGER NOT NULL, rows INTEGER NOT NULL
        );
        CREATE TABLE session_callers(
            session INTEGER, caller INTEGER, first INTEGER NOT NULL, PRIMARY KEY(session, caller)
        ) WITHOUT ROWID;
        -- 8 bytes of the SHA-256 of each request's ID, to count them.
        CREATE TABLE session_requests(session INTEGER, request INTEGER, PRIMARY KEY(session, request)) WITHOUT ROWID;
        CREATE TABLE session_entries(
            session INTEGER, log INTEGER, seq INTEGER, time INTEGER NOT NULL, PRIMARY KEY(session, log, seq)
        ) WITHOUT ROWID;
        -- time: when the job was submitted, or when it is first mentioned where no log has that.
        CREATE TABLE jobs(
            id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, time INTEGER NOT NULL, project INTEGER NOT NULL,
            location INTEGER NOT NULL, session INTEGER NOT NULL, caller INTEGER NOT NULL, submitted INTEGER NOT NULL,
            log INTEGER NOT NULL, seq INTEGER NOT NULL, sql INTEGER NOT NULL, tables INTEGER NOT NULL,
            masks INTEGER NOT NULL, masks_cut INTEGER NOT NULL, ended INTEGER, ended_log INTEGER NOT NULL,
            outcome INTEGER NOT NULL, reason INTEGER NOT NULL, bytes_processed INTEGER, bytes_billed INTEGER,
            slot_ms INTEGER, ended_tables INTEGER NOT NULL, pages INTEGER NOT NULL, rows INTEGER NOT NULL
        );
        CREATE TABLE job_entries(job INTEGER, log INTEGER, seq INTEGER, PRIMARY KEY(job, log, seq)) WITHOUT ROWID;
        -- Refusals may name jobs that never were.
        CREATE TABLE job_mentions(name TEXT, log INTEGER, seq INTEGER, PRIMARY KEY(name, log, seq)) WITHOUT ROWID;
        -- What jobs are found by: a table, a masked column, a masked column of a table, a tag.
        CREATE TABLE terms(
            id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, scope INTEGER NOT NULL, name INTEGER NOT NULL,
            UNIQUE(kind, name, scope)
        );
        CREATE TABLE postings(term INTEGER, time INTEGER, job INTEGER, PRIMARY KEY(term, time, job)) WITHOUT ROWID;

        """

    /// Each has the order of time behind what it finds, so that a page of a long answer costs no more than the page.
    private static let indexes = """
        CREATE INDEX texts_digest ON texts(digest);
        CREATE INDEX sessions_first ON sessions(first);
        CREATE INDEX session_callers_caller ON session_callers(caller);
        CREATE INDEX jobs_time ON jobs(time);
        CREATE INDEX jobs_session ON jobs(session, time);
        CREATE INDEX jobs_caller ON jobs(caller, time);
        CREATE INDEX jobs_sql ON jobs(sql, time);
        CREATE INDEX jobs_outcome ON jobs(outcome, time);
        CREATE INDEX jobs_bytes ON jobs(ifnull(bytes_processed, -1));

        """
}

/// What a job is found by; the numbers are stored.
enum TermKind: Int64 {
    /// A table in full.
    case table = 1
    /// A masked column's name.
    case column = 2
    /// A masked column of the table that is the term's scope.
    case columnOfTable = 3
    /// The tag of a masked column.
    case tag = 4
}
