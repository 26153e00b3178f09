"""Further variations of the shapes of `attack_shapes.py`, by what a reader of Scrim's code would try."""

from __future__ import annotations

from attack_lines import Line, evaluated, failing, masked, refused

# Names that Scrim itself uses in what it sends.
OWN_NAMES: list[Line] = [
    *masked("T02", "SELECT scrim_t.email, scrim_t.ssn FROM users AS scrim_t",
        "SELECT scrim_t FROM users AS scrim_t WHERE scrim_t.id = 3"),
    *masked("T19", "SELECT scrim_e1.note, scrim_e1.sku FROM users, UNNEST(items) AS scrim_e1",
        "SELECT scrim_o1, i.note FROM users AS scrim_t, UNNEST(scrim_t.items) AS i WITH OFFSET AS scrim_o1"),
    *masked("T24", "SELECT 1 AS scrim_none FROM users", "SELECT ssn AS scrim_t FROM users ORDER BY scrim_t"),
    *failing("T02 B12", "SELECT scrim_t.ssn FROM users", "SELECT (SELECT scrim_t.ssn) AS x FROM users",
        "SELECT id FROM users WHERE EXISTS (SELECT 1 FROM safe WHERE scrim_t.ssn LIKE 'C%')",
        "SELECT users.scrim_t.ssn FROM users", "SELECT scrim_none FROM users",
        "SELECT id FROM users ORDER BY scrim_t.salary"),
    *failing("T26", "SELECT scrim_table_suffix FROM `d.users_*`"),
    *masked("T26", "SELECT id AS scrim_table_suffix, _TABLE_SUFFIX AS s FROM `d.users_*`",
        "SELECT scrim_table_suffix, s FROM (SELECT ssn AS scrim_table_suffix, _TABLE_SUFFIX AS s FROM `d.users_*`)"),
]
# What scopes and aliases may be taken for.
SCOPES: list[Line] = [
    *failing("T09", "SELECT email FROM users, UNNEST([STRUCT('x' AS email)])", "SELECT email FROM users, safe",
        "SELECT u.ssn FROM users AS v", "SELECT x FROM users WHERE (SELECT TRUE)"),
    *masked("T06",
        "WITH users AS (SELECT * FROM safe) SELECT users.email, (SELECT MAX(ssn) FROM d.users) AS m FROM users",
        "WITH a AS (SELECT 1 AS id), users AS (SELECT u.ssn, a.id FROM d.users AS u CROSS JOIN a) SELECT * FROM "
        "users", "WITH `my-proj` AS (SELECT 1 AS d) SELECT u.email FROM `my-proj` AS m, `my-proj.d.users` AS u",
        "WITH x AS (WITH x AS (WITH x AS (SELECT email AS e FROM users) SELECT e FROM x) SELECT e FROM x) SELECT e "
        "FROM x"),
    *masked("T09", "SELECT users2.ssn FROM users AS users2 WHERE users2.id IN (SELECT users2.id FROM safe AS users2)",
        "SELECT (SELECT MAX(x.ssn) FROM users x WHERE x.id < y.id) AS m FROM users y",
        "SELECT a.ssn FROM users AS a WHERE (SELECT COUNT(*) FROM users AS b WHERE b.ssn < a.ssn) = 0",
        "SELECT ssn.ssn, ssn.email FROM users AS ssn WHERE ssn.ssn > 'A'",
        "SELECT addr.street FROM (SELECT STRUCT(ssn AS street) AS addr FROM users)"),
    *evaluated("T09 T18", "SELECT (FROM users |> AGGREGATE MAX(ssn) AS m) AS x",
        "SELECT id FROM safe WHERE EXISTS (FROM users |> WHERE ssn LIKE 'C%')",
        "SELECT 'CANARY-003-1003' IN (FROM users |> SELECT ssn) AS hit",
        "FROM users |> WHERE EXISTS (SELECT 1 FROM safe WHERE safe.id = users.id) |> SELECT id, ssn",
        "FROM users AS u |> JOIN safe AS s ON s.id = u.id |> AS both |> SELECT both.ssn, both.note",
        "FROM users |> SELECT ssn AS email, email AS ssn |> WHERE email LIKE 'X%'",
        "FROM users |> AGGREGATE ARRAY_AGG(ssn IGNORE NULLS ORDER BY id) AS a |> CROSS JOIN UNNEST(a) AS s |> SELECT "
        "s", "FROM users |> EXTEND (SELECT COUNT(*) FROM safe WHERE safe.email = users.email) AS n |> SELECT id, n",
        "FROM users |> RENAME ssn AS number |> SELECT id, number", "FROM users |> SET addr = NULL |> SELECT id, addr",
        "FROM users |> DROP doc |> WHERE ssn IS NOT NULL |> AGGREGATE COUNT(*) AS n GROUP BY ssn"),
    *masked("T17", "SELECT u.id, v.ssn FROM users u JOIN users v ON u.ssn = v.ssn AND u.email <> v.email",
        "SELECT s.id FROM safe s LEFT JOIN users u ON u.email = s.email WHERE u.id IS NULL",
        "SELECT COUNT(*) AS n FROM users a FULL JOIN safe b ON a.email = b.email AND a.ssn IS NOT NULL",
        "SELECT a.ssn FROM (users AS a JOIN (safe AS b JOIN users AS c ON b.id = c.id) ON a.id = c.id)"),
]
# Rows as one value, in all its dress.
WHOLE_ROWS: list[Line] = [
    *evaluated("T02", "SELECT TO_JSON_STRING(u) AS j FROM (SELECT id, ssn, addr, items FROM users) AS u",
        "SELECT JSON_OBJECT('a', ssn, 'b', email) AS o, JSON_ARRAY(email, ssn) AS a FROM users",
        "SELECT PARSE_JSON(TO_JSON_STRING(u.addr)) AS j FROM users u",
        "SELECT FORMAT('%T', STRUCT(ssn, email)) AS f FROM users",
        "SELECT x.email FROM UNNEST((SELECT ARRAY_AGG(STRUCT(u.email, u.ssn) ORDER BY u.id) FROM users u)) AS x",
        "SELECT CAST(STRUCT(ssn, id) AS STRUCT<a STRING, b INT64>) AS s FROM users",
        "SELECT r.ssn FROM (SELECT AS STRUCT ssn, email FROM users) AS r",
        "SELECT (u.addr).street AS s, (u).ssn AS t FROM users AS u",
        "SELECT ARRAY(SELECT AS STRUCT v.ssn, v.items FROM users AS v ORDER BY v.id LIMIT 3) AS a",
        "SELECT IF(TRUE, u, u).email AS e FROM users AS u", "SELECT COALESCE(addr, STRUCT('x', 'y')) AS a FROM users",
        "SELECT [u, u][OFFSET(0)].ssn AS s FROM users AS u"),
    *masked("T02", "SELECT ARRAY_AGG(STRUCT(u.ssn AS s, u.email AS e) ORDER BY u.id LIMIT 2) AS a FROM users u",
        "SELECT (SELECT AS STRUCT u.ssn, u.email) AS s FROM users u"),
    *masked("T08", "SELECT ARRAY_LENGTH(ARRAY(SELECT u FROM users u)) AS n",
        "SELECT id FROM safe WHERE email IN UNNEST(ARRAY(SELECT email FROM users WHERE email IS NOT NULL))"),
]
# Values guessed by way of what a function, a window or a limit tells.
GUESSES: list[Line] = [
    *masked("T10", "SELECT id, COUNT(*) OVER (ORDER BY CAST(salary AS FLOAT64) RANGE BETWEEN 1 PRECEDING AND 1 "
        "FOLLOWING) AS n FROM users",
        "SELECT id, DENSE_RANK() OVER (ORDER BY ssn) AS d, CUME_DIST() OVER (ORDER BY salary) AS c FROM users",
        "SELECT id, LEAD(email, 1, ssn) OVER (ORDER BY id) AS l, NTH_VALUE(ssn, 2) OVER (ORDER BY id ROWS BETWEEN "
        "UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS n FROM users",
        "SELECT name FROM users GROUP BY name HAVING LOGICAL_OR(ssn = 'CANARY-003-1003')",
        "SELECT email, ssn FROM users GROUP BY email, ssn HAVING ssn > '' ORDER BY 2, 1",
        "SELECT BIT_XOR(FARM_FINGERPRINT(ssn)) AS x FROM users",
        "SELECT CORR(CAST(salary AS FLOAT64), id) IS NULL AS c FROM users",
        "SELECT id FROM users WHERE 'CANARY-003-1003' IN (ssn, email)"),
    *evaluated("T10", "SELECT id FROM users WHERE TRUE QUALIFY SUM(salary) OVER (PARTITION BY ssn) >= 0 AND "
        "COUNTIF(email LIKE 'u%') OVER () = 0",
        "SELECT EDIT_DISTANCE(ssn, 'CANARY-003-1003') AS d, SOUNDEX(email) AS s FROM users",
        "SELECT PERCENTILE_CONT(CAST(salary AS FLOAT64), 0.5) OVER () AS p FROM users",
        "SELECT id FROM users WHERE ssn LIKE ANY ('CAN%', '%1003') OR email LIKE ALL ('u%', '%mail%')",
        "SELECT name, GROUPING(name) AS g, MAX(ssn) AS m FROM users GROUP BY ROLLUP (name)",
        "SELECT STRING_AGG(DISTINCT ssn, ',' ORDER BY ssn DESC LIMIT 2) AS s FROM users",
        "SELECT LOGICAL_AND(ssn < email) AS l, SUM(DISTINCT salary) AS s, COUNT(DISTINCT born) AS b FROM users",
        "SELECT WITH(a AS ssn, b AS UPPER(a), CONCAT(a, b)) AS w FROM users",
        "SELECT REGEXP_EXTRACT_ALL(ssn, r'[0-9]') AS d, INSTR(email, 'canary') AS i, REGEXP_REPLACE(ssn, r'X', "
        "'CAN') AS r FROM users"),
    *failing("T12", "SELECT IF(email LIKE 'XX%', CAST(ssn AS INT64), 0) AS x FROM users",
        "SELECT id FROM users ORDER BY CAST(ssn AS INT64)", "SELECT SUM(CAST(email AS NUMERIC)) AS s FROM users",
        "SELECT a.id FROM users a JOIN users b ON CAST(a.ssn AS INT64) = b.id",
        "WITH c AS (SELECT CAST(badge AS DATE) AS d FROM users) SELECT MAX(d) FROM c",
        "SELECT MAX(CAST(addr.street AS INT64)) AS m FROM users"),
    *masked("T16", "SELECT email FROM users EXCEPT DISTINCT (SELECT 'u3.canary@mail.example' UNION ALL SELECT "
        "'XXXXX@mail.example')",
        "SELECT COUNT(*) AS n FROM (SELECT ssn FROM users INTERSECT DISTINCT SELECT 'CANARY-003-1003')",
        "SELECT x FROM (SELECT ssn AS x FROM users UNION DISTINCT SELECT NULL) ORDER BY x"),
]
# Views and wildcards.
FURTHER_TABLES: list[Line] = [
    *masked("T27", "SELECT i.note, v.ssn FROM view_star v, v.items i",
        "SELECT view_star.addr.street FROM view_star WHERE view_star.salary >= 0",
        "SELECT a.mail FROM view_over_view a, view_over_users b WHERE a.number = b.number AND b.id < 4",
        "SELECT COUNT(*) AS n FROM view_union WHERE e LIKE '%canary%'",
        "SELECT n FROM mv WHERE email = 'XXXXX@mail.example'",
        "WITH view_over_users AS (SELECT email FROM view_over_users) SELECT email FROM view_over_users",
        "SELECT id FROM view_star WHERE doc.ssn IS NULL AND born > '1971-01-02'"),
    *masked("T26", "SELECT i.note FROM `d.users_*` AS w, w.items AS i WHERE _TABLE_SUFFIX = '2024'",
        "SELECT s.id, w.ssn FROM safe AS s LEFT JOIN `d.users_*` AS w ON w._TABLE_SUFFIX = '2024' AND w.id = s.id + "
        "20", "SELECT _TABLE_SUFFIX AS s, COUNT(*) AS n FROM `d.users_*` GROUP BY s HAVING MAX(ssn) > 'A' ORDER BY s",
        "SELECT id FROM `d.users_*` WHERE NOT _TABLE_SUFFIX = ssn", "SELECT id FROM `d.users_*` WHERE _TABLE_SUFFIX "
        "= (SELECT MAX(_TABLE_SUFFIX) FROM `d.users_*`) AND ssn LIKE 'X%'",
        "SELECT w.email FROM `d.users_*` w JOIN users u ON u.ssn = w.ssn OR w._TABLE_SUFFIX = '2024' AND u.id = 1",
        "SELECT COUNT(*) AS n FROM `d.users_*` WHERE _TABLE_SUFFIX > '2' AND _TABLE_SUFFIX < '3' AND "
        "STARTS_WITH(ssn, 'CANARY')"),
    *failing("T26", "SELECT id FROM `d.users_*` WHERE _TABLE_SUFFIX = '2024' AND CAST(ssn AS INT64) = 1"),
    *masked("T43",
        "SELECT id FROM loaded AS l WHERE (l._PARTITIONDATE) IN ('2025-03-01', DATE '2025-03-03') AND word > 'A'",
        "SELECT s.id FROM safe s JOIN loaded l ON l.id = s.id WHERE l._PARTITIONDATE = DATE '2025-03-01'"),
    *refused("T21", "table.path", "SELECT * FROM a.b.c.d", "SELECT * FROM `p.d.users.ssn`",
        "SELECT * FROM `p.d`.`users`.x"),
    *refused("T22", "column.qualified", "SELECT d.users.email FROM d.users", "SELECT p.d.users.ssn FROM p.d.users",
        "SELECT id FROM users WHERE d.users.ssn = 'x'"),
    *refused("T06", "table.cte_name", "WITH `d.users` AS (SELECT 1 AS a) SELECT * FROM `d.users`",
        "WITH `p.d.users` AS (SELECT * FROM users) SELECT * FROM d.users"),
    *refused("T35", "function.user_defined", "SELECT `net`.host(email) FROM users",
        "SELECT SAFE.d.udf(email) FROM users", "SELECT safe.ai.`generate`(email) FROM users"),
    *refused("T32 T35", "function.not_found", "SELECT `d.udf`(ssn) FROM users", "SELECT p.d.udf(ssn) FROM users",
        "SELECT d.udf(email) FROM users", "SELECT `p`.`d`.`\\x75df`(email) FROM users"),
    *refused("T35", "function.unknown", "SELECT NO_SUCH(email) FROM users", "SELECT `low er`(email) FROM users",
        "SELECT `low\\x00er`(email) FROM users"),
    *refused("T18", "statement.pipe_log", "FROM users |> LOG"),
    *refused("T18", "statement.pipe_fork", "FROM users |> FORK (|> SELECT ssn), (|> SELECT email)"),
    *refused("T18", "statement.pipe_tee", "FROM users |> TEE (|> SELECT ssn)"),
    *refused("T18", "statement.pipe_describe", "FROM users |> DESCRIBE"),
    *refused("T18", "statement.select_with",
        "SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS (epsilon = 1) COUNT(*) FROM users",
        "SELECT WITH AGGREGATION_THRESHOLD OPTIONS (threshold = 1) ssn FROM users"),
    *refused("T08", "table.clause", "TABLE users", "SELECT * FROM (TABLE d.users)",
        "WITH c AS (TABLE users) SELECT * FROM c"),
]
MORE = [*OWN_NAMES, *SCOPES, *WHOLE_ROWS, *GUESSES, *FURTHER_TABLES]
