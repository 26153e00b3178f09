/// Finds keywords by their spelling, without case.
struct KeywordTable: Sendable {
    /// The table of all keywords.
    static let all = KeywordTable()

    /// The longest keyword, in bytes.
    static let lengthMax = 20

    private static let slotCount = 2048

    /// Spellings one after another, indexed by `starts`.
    private let letters: [UInt8]
    /// Where the spelling of the keyword with each raw value starts; one more entry marks the end.
    private let starts: [UInt16]
    /// Raw values by hash, 0 for none; collisions go to the next slot.
    private let slots: [UInt16]

    private init() {
        var letters: [UInt8] = []
        var starts: [UInt16] = [0]
        var slots = [UInt16](repeating: 0, count: Self.slotCount)
        for word in Keyword.spellings {
            starts.append(UInt16(letters.count))
            letters.append(contentsOf: word.utf8)
            let bytes = Array(word.utf8)
            var slot = Self.slot(bytes.reduce(Self.hashOfNothing) { Self.hash($0, $1) })
            while slots[slot] != 0 { slot = (slot + 1) % Self.slotCount }
            slots[slot] = UInt16(starts.count - 1)
        }
        starts.append(UInt16(letters.count))
        self.letters = letters
        self.starts = starts
        self.slots = slots
    }

    /// Returns the keyword that the word at `range` spells, or `none`.
    func keyword(_ bytes: [UInt8], _ range: Range<Int>) -> Keyword {
        keyword(bytes, range, hash: range.reduce(Self.hashOfNothing) { Self.hash($0, bytes[$1]) })
    }

    /// As above, for a word whose letters are hashed.
    func keyword(_ bytes: [UInt8], _ range: Range<Int>, hash: UInt32) -> Keyword {
        guard range.count <= Self.lengthMax else { return .none }
        var slot = Self.slot(hash)
        while slots[slot] != 0 {
            let candidate = Int(slots[slot])
            if matches(candidate, bytes, range) { return Keyword(rawValue: UInt16(candidate)) ?? .none }
            slot = (slot + 1) % Self.slotCount
        }
        return .none
    }

    private func matches(_ candidate: Int, _ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        let start = Int(starts[candidate])
        guard Int(starts[candidate + 1]) - start == range.count else { return false }
        for offset in 0..<range.count where letters[start + offset] != bytes[range.lowerBound + offset].upperCased {
            return false
        }
        return true
    }

    /// The hash of no letters.
    static let hashOfNothing: UInt32 = 2_166_136_261

    /// The hash of some letters and one more, whatever its case.
    static func hash(_ before: UInt32, _ letter: UInt8) -> UInt32 { hash(before, hashed: hashed(letter)) }

    /// As above, for a letter as it counts.
    static func hash(_ before: UInt32, hashed letter: UInt8) -> UInt32 { (before ^ UInt32(letter)) &* 16_777_619 }

    /// A letter as it counts in the hash: without its case.
    static func hashed(_ letter: UInt8) -> UInt8 { letter | 0x20 }

    private static func slot(_ hash: UInt32) -> Int { Int((hash ^ (hash >> 15)) % UInt32(slotCount)) }
}

extension Keyword {
    /// How the keywords are spelled, in the order of the cases after `none`.
    static let spellings = """
        ALL AND ANY ARRAY AS ASC ASSERT_ROWS_MODIFIED AT BETWEEN BY CASE CAST COLLATE CONTAINS CREATE CROSS
        CUBE CURRENT DEFAULT DEFINE DESC DISTINCT ELSE END ENUM ESCAPE EXCEPT EXCLUDE EXISTS EXTRACT FALSE
        FETCH FOLLOWING FOR FROM FULL GROUP GROUPING GROUPS HASH HAVING IF IGNORE IN INNER INTERSECT INTERVAL
        INTO IS JOIN LATERAL LEFT LIKE LIMIT LOOKUP MERGE NATURAL NEW NO NOT NULL NULLS OF ON OR ORDER OUTER
        OVER PARTITION PRECEDING PROTO QUALIFY RANGE RECURSIVE RESPECT RIGHT ROLLUP ROWS SELECT SET SOME STRUCT
        TABLESAMPLE THEN TO TREAT TRUE UNBOUNDED UNION UNNEST USING WHEN WHERE WINDOW WITH WITHIN ABORT ACCESS
        ACTION ACYCLIC ADD AFTER AGGREGATE ALTER ALWAYS ANALYZE APPROX ARE ASCENDING ASSERT BATCH BEGIN
        BIGDECIMAL BIGNUMERIC BREAK CALL CASCADE CHEAPEST CHECK CLAMPED CLONE CLUSTER COLUMN COLUMNS COMMIT
        CONFLICT CONNECTION CONSTANT CONSTRAINT CONTINUE COPY CORRESPONDING COST CYCLE DATA DATABASE DATE
        DATETIME DECIMAL DECLARE DEFINER DELETE DELETION DEPTH DESCENDING DESCRIBE DESCRIPTOR DESTINATION
        DETERMINISTIC DO DROP DYNAMIC EDGE ELSEIF ENFORCED ERROR EXCEPTION EXECUTE EXPLAIN EXPORT EXTEND
        EXTERNAL FILES FILL FILTER FIRST FOREIGN FORK FORMAT FUNCTION GENERATED GRANT GRAPH GRAPH_TABLE
        GROUP_ROWS HIDDEN IDENTITY IMMEDIATE IMMUTABLE IMPORT INCLUDE INCREMENT INDEX INOUT INPUT INSERT
        INTERLEAVE INVOKER ISOLATION ITERATE JSON KEY LABEL LABELED LANGUAGE LAST LEAVE LET LEVEL LOAD LOCALITY
        LOG LOOP MACRO MAP MATCH MATCH_RECOGNIZE MATCHED MATERIALIZED MAX MAXVALUE MEASURES MESSAGE METADATA
        MIN MINVALUE MODEL MODULE NAME NEXT NODE NOTHING NULL_FILTERED NUMERIC OFFSET ONLY OPTIONAL OPTIONS OUT
        OUTPUT OVERWRITE PARENT PARTITIONS PAST PATH PATHS PATTERN PER PERCENT PIVOT POLICIES POLICY PRIMARY
        PRIVATE PRIVILEGE PRIVILEGES PROCEDURE PROJECT PROPERTIES PROPERTY PUBLIC RAISE READ REBUILD REFERENCES
        REMOTE REMOVE RENAME REPEAT REPEATABLE REPLACE REPLACE_FIELDS REPLICA REPORT RESTRICT RESTRICTION
        RETURN RETURNS REVOKE ROLLBACK ROW RUN SAFE_CAST SCHEMA SEARCH SECURITY SEQUENCE SETS SHORTEST SHOW
        SIMPLE SKIP SNAPSHOT SOURCE SQL STABLE START STATIC_DESCRIBE STORED STORING STRICT SYSTEM SYSTEM_TIME
        TABLE TABLES TARGET TEE TEMP TEMPORARY TIME TIMESTAMP TRAIL TRANSACTION TRANSFORM TRUNCATE TYPE UNDROP
        UNIQUE UNKNOWN UNPIVOT UNTIL UPDATE VALUE VALUES VECTOR VIEW VIEWS VOLATILE WALK WEIGHT WHILE WRITE
        YIELD ZONE
        """.split(whereSeparator: \.isWhitespace).map(String.init)

    /// The keyword in upper case; empty for `none`.
    public var spelling: String {
        self == .none ? "" : Self.spellings[Int(rawValue) - 1]
    }

    /// Returns the keyword that a word spells, without case, or `none`.
    public static func named(_ word: String) -> Keyword {
        let bytes = Array(word.utf8)
        return KeywordTable.all.keyword(bytes, 0..<bytes.count)
    }
}
