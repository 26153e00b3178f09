"""The 40 documented bypasses of rewriting masks (`bigquery.md` 4.2), on the tables of `attack_tables.py`.

Many lines of `attack_shapes.py` are of a bypass too; here is what each was in the product where it was found, and more.
"""

from __future__ import annotations

from attack_lines import Line, evaluated, failing, masked, refused

# A. A read that the rewriter never saw.
UNSEEN: list[Line] = [
    *masked("B1", "SELECT * FROM (SELECT ssn, name FROM users) PIVOT (MAX(ssn) FOR name IN ('Ada', 'Bea'))",
        "WITH w AS (SELECT email, id FROM users) SELECT * FROM w PIVOT (MIN(email) FOR id IN (1, 2, 3))"),
    *masked("B2", "SELECT email FROM view_over_users UNION ALL SELECT mail FROM view_over_view",
        "SELECT a.mail FROM view_over_view AS a JOIN view_over_view AS b ON a.mail = b.mail AND a.number = b.number",
        "SELECT x.number FROM (SELECT * FROM view_over_view) x",
        "SELECT (SELECT MAX(number) FROM d.view_over_view) AS m, COUNT(*) AS n FROM safe"),
    *refused("B3", "statement.insert", "INSERT INTO safe (email) FROM users |> SELECT ssn"),
    *refused("B3", "statement.create_table", "CREATE TABLE d.cached AS SELECT ssn FROM d.users",
        "CREATE TEMPORARY TABLE t AS (FROM users)",
        "CREATE OR REPLACE TABLE safe AS SELECT id, ssn AS email, name AS note FROM users"),
    *masked("B4", "SELECT d.x FROM (SELECT ssn AS x FROM users) AS d",
        "SELECT x FROM UNNEST(ARRAY(SELECT ssn FROM users WHERE ssn IS NOT NULL)) AS x",
        "SELECT (SELECT ssn FROM users WHERE id = 3) AS x",
        "SELECT 'a' AS x UNION ALL SELECT ssn FROM users UNION ALL SELECT email FROM users",
        "SELECT STRUCT((SELECT MIN(ssn) FROM users) AS a, ARRAY(SELECT badge FROM users WHERE badge IS NOT NULL "
        "ORDER BY id) AS b) AS s"),
    *masked("B5", "WITH RECURSIVE t AS (SELECT id, email FROM users WHERE id = 1 UNION ALL SELECT u.id, u.email FROM "
        "t JOIN users u ON u.id = t.id + 1) SELECT * FROM t",
        "WITH c AS (SELECT email, ssn FROM users) SELECT * FROM c",
        "SELECT ssn FROM (SELECT email, ssn FROM users) JOIN (SELECT email FROM users) USING (email)"),
    *evaluated("B4", "SELECT v.x FROM UNNEST([STRUCT((SELECT MAX(email) FROM users) AS x)]) AS v"),
    *evaluated("B5", "SELECT id, email, ssn FROM users UNION ALL BY NAME SELECT ssn, email, id FROM users",
        "SELECT email FROM users UNION DISTINCT BY NAME SELECT note AS email FROM safe"),
    *masked("B6", "WITH c AS (SELECT ssn FROM users) SELECT 1 AS one FROM c",
        "WITH a AS (WITH b AS (SELECT email FROM users) SELECT * FROM b) SELECT * FROM a",
        "SELECT * FROM (WITH c AS (SELECT email AS e FROM users) SELECT e FROM c WHERE e LIKE 'u%' OR TRUE)",
        "WITH unused AS (SELECT ssn FROM users) SELECT id FROM safe", "SELECT id, ARRAY(WITH w AS (SELECT v.email "
        "FROM users v WHERE v.email IS NOT NULL) SELECT email FROM w ORDER BY 1 LIMIT 1) AS a FROM safe"),
    *masked("B7", "FROM users |> SELECT ssn", "SELECT a.email, b.ssn AS s FROM users a, users b WHERE a.id = b.id",
        "SELECT t FROM users AS t",
        "WITH a AS (SELECT * FROM users), b AS (SELECT * FROM a), c AS (SELECT * FROM b) SELECT ssn FROM c",
        "WITH a AS (FROM users |> SELECT email AS e) FROM a |> WHERE e IS NOT NULL |> AGGREGATE MIN(e) AS m",
        "SELECT s.id, u.ssn FROM safe AS s, users AS u, UNNEST(u.items) AS i WHERE s.id = u.id"),
    *masked("B8", "SELECT COUNT(*) AS n, MIN(email) AS m FROM `d.users_202*`",
        "SELECT email FROM `p.d.users_202*` WHERE _TABLE_SUFFIX = '4'"),
    *refused("B8", "table.not_found", "SELECT email FROM `p.d.users_2024*`", "SELECT * FROM `d.nothing_*`",
        "SELECT * FROM `vault.*`", "SELECT * FROM `other.d.users*`", "SELECT * FROM `my-proj.vault.users*`"),
    *refused("B9", "function.external_query", "SELECT * FROM EXTERNAL_QUERY('us.c', '''SELECT ssn FROM users''')",
        "SELECT u.id FROM users u JOIN EXTERNAL_QUERY('c', 'x') USING (id)"),
    *refused("B9", "table.information_schema",
        "SELECT query FROM `region-us`.INFORMATION_SCHEMA.JOBS_BY_ORGANIZATION",
        "SELECT view_definition FROM d.INFORMATION_SCHEMA.VIEWS"),
]
# B. A name that is resolved differently from the engine.
MISREAD: list[Line] = [
    *masked("B10", "SELECT lower(Email) AS x, INITCAP(NAME) AS n FROM users",
        "SELECT id FROM users WHERE UPPER(`ssn`) = 'CANARY-003-1003'",
        "SELECT COALESCE(NULLIF(TRIM(email), ''), ssn) AS x FROM users"),
    *masked("B11", "SELECT created AS c2, * FROM users", "SELECT u.ssn, u.* EXCEPT (ssn) FROM users u",
        "SELECT 1 AS a, 2 AS b, *, 3 AS c FROM (SELECT email, id FROM users)"),
    *failing("B11", "SELECT created, * FROM users", "SELECT *, ssn FROM users"),
    *masked("B12", "SELECT u.id FROM users u WHERE EXISTS (SELECT 1 FROM safe u WHERE u.id = 1 AND EXISTS (SELECT 1 "
        "FROM users u WHERE u.ssn LIKE 'X%'))",
        "SELECT u.email AS x FROM safe u WHERE u.email IN (SELECT u.email FROM users u)",
        "SELECT users.ssn FROM (SELECT 'x' AS ssn) AS u, users"),
    *refused("B13", "syntax.invalid", "SELECT [email] FROM users WHERE ]",
        "SELECT email FROM users WHERE ssn = 'x' ~~ 'y'", "SELECT email::TEXT FROM users",
        "SELECT TOP 1 email FROM users", "SELECT email FROM users FETCH FIRST 1 ROWS ONLY",
        "SELECT email INTO x FROM users"),
    *masked("B14", "SELECT k.* FROM users AS k", "SELECT K.* FROM users AS k WHERE k.ssn > ''",
        "SELECT users.* FROM users", "SELECT x.* FROM (SELECT k.* FROM users k) AS x"),
    *refused("B15", "statement.several", "SELECT '--'; DROP TABLE users; --'",
        "SELECT 1 /* ' */; SELECT email FROM users -- '", "SELECT \"'\"; SELECT ssn FROM users WHERE name = \"'\""),
    *masked("B15", "SELECT '; SELECT 1' AS a, ssn FROM users",
        "SELECT ssn FROM users WHERE name <> '-- ' OR ssn = \"#'\"", "SELECT 'it' 's' AS a, ssn FROM users"),
    *masked("B16", "SELECT ssn FROM `\\u0064.users`", "SELECT email FROM `d\\x2eusers`",
        "SELECT `u\\x73ers`.email FROM d.users"),
    *refused("B16", "table.hidden", "SELECT * FROM `p.\\x5fanon.x`", "SELECT * FROM `\\137SESSION`.x"),
    *masked("B17", "SELECT TO_JSON_STRING(STRUCT(u.email, u.ssn)) AS j FROM users u",
        "SELECT ARRAY_AGG(STRUCT(u AS r) ORDER BY u.id LIMIT 2) AS a FROM (SELECT id, ssn FROM users) u"),
    *refused("B18", "table.not_found", "SELECT * FROM AI.users", "SELECT * FROM ML.safe", "SELECT * FROM `AI.users`",
        "SELECT * FROM p.ML.users", "SELECT * FROM BQ.users"),
]
# C. Another statement or another path.
AROUND: list[Line] = [
    *refused("B19", "statement.execute_immediate", "EXECUTE IMMEDIATE 'SELECT ssn FROM users'",
        "EXECUTE IMMEDIATE @sql", "EXECUTE IMMEDIATE \"SELECT ? FROM d.users\" USING 1"),
    *refused("B19", "syntax.invalid", "PREPARE s FROM 'SELECT ssn FROM users'", "EXECUTE s"),
    *refused("B20", "syntax.invalid", "COPY users TO STDOUT", "SELECT * FROM users FORMAT Arrow"),
    *refused("B21", "statement.export", "/* SELECT */ EXPORT DATA OPTIONS(uri='gs://x/*') AS SELECT ssn FROM users"),
    *refused("B21", "statement.load", "LOAD DATA OVERWRITE d.safe FROM FILES (uris=['gs://x'])"),
    *refused("B22", "statement.script", "BEGIN EXPORT DATA OPTIONS(uri='gs://x/*') AS SELECT ssn FROM users; END",
        "BEGIN CALL d.p(); END", "WHILE TRUE DO SELECT 1; END WHILE"),
    *refused("B23", "statement.insert", "INSERT INTO safe (id, email) SELECT id, ssn FROM users",
        "INSERT INTO safe (id) VALUES (1) THEN RETURN email"),
    *refused("B23", "statement.update", "UPDATE safe SET email = u.ssn FROM users u WHERE safe.id = u.id"),
    *refused("B23", "statement.delete", "DELETE FROM users WHERE TRUE THEN RETURN ssn"),
    *refused("B24", "statement.explain", "EXPLAIN SELECT ssn FROM users", "explain/**/select email from users"),
    *refused("B24", "statement.describe", "DESCRIBE users", "DESCRIBE TABLE d.users"),
    *refused("B24", "statement.show", "SHOW TABLES"),
]
# D. A schema that is not known.
UNKNOWN: list[Line] = [
    *refused("B26", "table.not_found", "SELECT * FROM d.no_such_table", "SELECT * FROM p.vault.salaries",
        "SELECT 1 FROM users, nothing", "SELECT (SELECT MAX(x) FROM d.no_such) AS m FROM users"),
    *masked("B27", "SELECT * FROM users", "SELECT * EXCEPT (name) FROM users", "FROM users",
        "SELECT u FROM users AS u"),
]
# E. Inference.
INFERRED: list[Line] = [
    *masked("B28", "SELECT id FROM users WHERE ssn = 'CANARY-003-1003'",
        "SELECT id FROM users WHERE email LIKE 'u3.can%' AND salary > 8675309",
        "SELECT COUNT(*) AS n FROM users WHERE born BETWEEN '1973-09-01' AND '1973-09-30'",
        "SELECT id FROM users WHERE addr.street = '3 Canary Row' OR 'canary note 5' IN (SELECT i.note FROM "
        "UNNEST(items) AS i)", "SELECT id FROM users WHERE doc.ssn = JSON 'null' OR JSON_VALUE(doc.ssn) LIKE 'CAN%'"),
    *masked("B29", "SELECT COUNTIF(ssn = 'CANARY-003-1003') AS n, SUM(CASE WHEN salary = 8675309.03 THEN 1 ELSE 0 "
        "END) AS s FROM users",
        "SELECT MIN(email) AS a, MAX(email) AS b, MAX(salary) - MIN(salary) AS c FROM users WHERE id = 3"),
    *masked("B30", "SELECT email AS k, STRING_AGG(ssn ORDER BY id) AS s FROM users GROUP BY email",
        "SELECT 'ssn' AS l, ssn AS v FROM users UNION ALL SELECT 'email', email FROM users"),
    *masked("B31", "SELECT EXP(LN(CAST(salary AS FLOAT64) + 1)) - 1 AS x FROM users"),
    *evaluated("B31", "SELECT ROUND(salary / 3 * 3, 2) AS x FROM users",
        "SELECT SUM(salary) / COUNT(salary) AS x FROM users WHERE id = 3", "SELECT AVG(salary) AS x FROM users"),
    *failing("B32", "SELECT CAST(badge AS INT64) AS x FROM users", "SELECT TIMESTAMP(email) AS t FROM users",
        "SELECT PARSE_NUMERIC(ssn) AS x FROM users", "SELECT FROM_HEX(ssn) AS x FROM users",
        "SELECT DATE(ssn) AS x FROM users WHERE id < 4"),
    *masked("B33", "SELECT id FROM by_day WHERE day = '2025-03-02' AND born > '1984-09-01'",
        "SELECT id FROM users WHERE created > '2025-03-02' AND ssn LIKE 'CANARY%'"),
    *refused("B34", "table.information_schema", "SELECT * FROM d.INFORMATION_SCHEMA.PARTITIONS",
        "SELECT * FROM `region-us`.INFORMATION_SCHEMA.TABLE_STORAGE",
        "SELECT * FROM d.INFORMATION_SCHEMA.SEARCH_INDEXES"),
    *refused("B34", "table.hidden", "SELECT row_count FROM d.__TABLES__", "SELECT * FROM `d.__PARTITIONS_SUMMARY__`"),
    *refused("B34", "table.decorator", "SELECT * FROM `d.users$__PARTITIONS_SUMMARY__`"),
    *masked("B35", "SELECT id FROM users ORDER BY salary DESC, id LIMIT 1", "SELECT DISTINCT ssn FROM users",
        "SELECT COUNT(*) AS n FROM users u JOIN UNNEST(['u1.canary@mail.example', 'u3.canary@mail.example']) AS "
        "guess ON u.email = guess"),
    *masked("B36", "SELECT id FROM users WHERE addr.street = TO_BASE64(SHA256('3 Canary Row'))",
        "SELECT id FROM users WHERE badge = TO_HEX(SHA256('CANARY/3'))", "SELECT g FROM UNNEST(GENERATE_ARRAY(0, 9)) "
        "AS g WHERE 'KT_' || SUBSTR(TO_HEX(SHA256(CONCAT('CANARY/', CAST(g AS STRING)))), 1, 40) IN (SELECT badge "
        "FROM users)"),
    *failing("B40", "SELECT ERROR(CONCAT(ssn, email, badge)) FROM users",
        "SELECT ST_GEOGFROMTEXT(ssn) AS g FROM users",
        "SELECT ARRAY(SELECT note FROM UNNEST(items))[OFFSET(9)] AS x FROM users"),
    *masked("B40", "SELECT id, email, ssn, addr.street AS s, badge, born FROM users WHERE id >= 10"),
]
BYPASSES = [*UNSEEN, *MISREAD, *AROUND, *UNKNOWN, *INFERRED]
# Bypasses of which a part needs faults, two callers or another protocol: file and test.
ELSEWHERE = {
    "B20": ["test_tools.py test_the_tools_are_offered_with_schemas_and_annotations"],
    "B25": ["test_crosscheck.py test_a_caller_lowers_the_byte_cap_and_cannot_raise_it"],
    "B26": ["test_bad_input.py test_upstream_answers_nonsense"],
    "B27": ["test_crosscheck.py test_a_schema_that_changes_while_the_job_waits",
            "test_wildcards.py test_a_table_that_appears_after_the_check_is_not_read"],
    "B37": ["test_crosscheck.py test_a_caller_lowers_the_byte_cap_and_cannot_raise_it"],
    "B38": ["test_crosscheck.py test_a_result_that_does_not_check_is_withheld"],
    "B39": ["test_pages.py test_what_belongs_to_another_person_is_as_if_absent"],
}
