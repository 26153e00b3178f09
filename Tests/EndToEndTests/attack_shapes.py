"""The attack shapes T01 to T49 of `bigquery.md` section 7, with variations of our own, on the tables of `attack_tables.py`.

Shapes that only a faulty warehouse shows are tests elsewhere; `ELSEWHERE` names them.
"""

from __future__ import annotations

from attack_lines import Line, alike, evaluated, failing, masked, refused

NAMES_AND_ROWS: list[Line] = [
    *masked(
        "T01 B10", "SELECT LOWER(email) AS l FROM d.users", "SELECT /**/LoWeR/**/(\t`EMAIL`\n)AS l FROM d.users",
        "SELECT id, UPPER(REVERSE(ssn)) AS r, TO_HEX(SHA256(email)) AS h, TO_BASE64(CAST(email AS BYTES)) AS b FROM users",
        "SELECT SAFE.SUBSTR(ssn, 1, 8) AS s, SPLIT(email, '@')[SAFE_OFFSET(0)] AS l, TRANSLATE(ssn, 'X', 'C') AS t FROM users",
        "SELECT (((lower(((email)))))) AS l FROM (users CROSS JOIN (SELECT 1 AS o))", "SELECT CONCAT(email, ssn, addr.street, badge) AS c FROM users u",
        "SELECT TO_CODE_POINTS(ssn) AS c, ASCII(badge) AS a, FARM_FINGERPRINT(email) AS f, BYTE_LENGTH(email) AS n FROM users",
        "SELECT JSON_VALUE(doc, '$.ssn') AS a, doc.ssn AS b, JSON_QUERY(doc, '$.list') AS c FROM users"),
    *masked(
        "T02 B17", "SELECT u FROM d.users u", "SELECT TO_JSON_STRING(u) AS j FROM (SELECT id, email, ssn, salary FROM users) u",
        "SELECT ARRAY_AGG(u ORDER BY u.id LIMIT 3) AS a FROM d.users u", "SELECT STRUCT(u, 1 AS n) AS s FROM users AS u",
        "SELECT ANY_VALUE(`U`) AS v FROM users AS u WHERE id = 3", "SELECT [u] AS a FROM users u WHERE u.id < 3",
        "SELECT IF(u.id > 0, u, NULL) AS x FROM users u", "SELECT (SELECT u) AS x FROM users AS u",
        "SELECT users FROM users", "SELECT v FROM (SELECT u AS v FROM users u)", "SELECT x.v.email FROM (SELECT u AS v FROM "
        "users u) AS x", "WITH c AS (SELECT u FROM users u) SELECT c.u.ssn, c FROM c WHERE c.u.id < 4"),
    *evaluated(
        "T02 B17", "SELECT FORMAT('%T', u.addr) AS f, FORMAT('%t', u.items) AS g FROM users u",
        "SELECT COUNT(*) AS n FROM users AS a, users AS b WHERE a.addr = b.addr",
        "SELECT u.addr IN (SELECT v.addr FROM users AS v) AS i FROM users u", "SELECT TO_JSON(u) AS j FROM users u",
        "SELECT u IS NULL AS n, COUNT(u) OVER () AS c FROM users AS u", "SELECT AS VALUE u FROM users u",
        "SELECT AS STRUCT u.*, 1 AS one FROM users AS u"),
    *masked(
        "T03 B11 B14", "SELECT name AS first_name, * FROM d.users", "SELECT u.* EXCEPT(id) FROM d.users u",
        "SELECT `u` . * EXCEPT (`ID`, Email) FROM users AS `u`", "SELECT * REPLACE (CONCAT(ssn, '!') AS ssn) FROM users",
        "SELECT u.*, s.* EXCEPT (id, email) FROM users u, safe s", "SELECT created AS c, s.*, u.* EXCEPT (id, email) FROM "
        "users u JOIN safe s ON s.id = u.id", "SELECT * FROM (SELECT * FROM (SELECT * FROM users))",
        "SELECT addr.* FROM users", "SELECT 1 AS a, * EXCEPT (doc), 2 AS z "
        "FROM users"),
    *evaluated("T03 B11 B14", "SELECT (SELECT AS STRUCT u.* EXCEPT (name)) AS s FROM users AS u",
               "SELECT * REPLACE (email AS ssn, ssn AS email) FROM users", "SELECT u.addr.* EXCEPT (city) FROM users AS u"),
    *masked(
        "T04 B4 B28", "SELECT * FROM (SELECT email e FROM d.users) WHERE e LIKE 'a%'",
        "SELECT e FROM (SELECT email AS e, id FROM users) AS email WHERE email.e LIKE 'X%'",
        "SELECT COUNT(*) AS n FROM (SELECT ssn AS name FROM users) WHERE name LIKE '%1003'",
        "SELECT a FROM (SELECT a FROM (SELECT b AS a FROM (SELECT email AS b FROM users)))",
        "SELECT id FROM users WHERE STARTS_WITH(email, 'u3') OR REGEXP_CONTAINS(ssn, r'CAN.RY') OR email > 'v'",
        "SELECT (SELECT s.ssn) AS x FROM (SELECT ssn FROM users) AS s", "SELECT n FROM (SELECT 1 AS n, email FROM users WHERE "
        "ssn BETWEEN 'CA' AND 'CB') WHERE email IS NOT NULL"),
    *refused("T05 B4", "syntax.invalid", "WITH c(x) AS (SELECT ssn FROM d.users) SELECT x FROM c",
             "WITH c ( `x` ) AS (SELECT ssn FROM users) SELECT * FROM c", "SELECT * FROM (SELECT ssn FROM users) AS t(x)",
             "WITH RECURSIVE c(x) AS (SELECT ssn FROM users) SELECT x FROM c"),
    *masked("T05 B4", "WITH c AS (SELECT ssn AS x FROM d.users) SELECT x FROM c"),
    *masked(
        "T06 B6", "WITH users AS (SELECT * FROM users) SELECT email FROM users",
        "WITH Users AS (SELECT email, id FROM `d.users`), USERS2 AS (SELECT * FROM uSeRs) SELECT email FROM users2",
        "WITH a AS (WITH users AS (SELECT 'x' AS email) SELECT email FROM users) SELECT a.email AS x, users.email FROM a, users",
        "SELECT email FROM (WITH users AS (SELECT id, ssn AS email FROM users) SELECT * FROM users)",
        "WITH safe AS (SELECT * FROM users) SELECT safe.email, d.ssn FROM safe, d.safe AS t, safe AS d WHERE t.id = d.id",
        "WITH users AS (SELECT 1 AS id) SELECT users.id, u.email FROM users JOIN d.users AS u ON u.id = users.id",
        "WITH a AS (SELECT email FROM users), b AS (SELECT email FROM a), c AS (SELECT * FROM b) SELECT (WITH c AS (SELECT "
        "MAX(ssn) AS m FROM users) SELECT m FROM c) AS m, COUNT(*) AS n FROM c",
        "SELECT p.id, (SELECT COUNT(*) FROM users) AS n FROM safe AS p", "SELECT (SELECT MAX(v.ssn) FROM d.users AS v WHERE v.id = p.id) "
        "AS s FROM safe AS p"),
    *alike("T06 B6", ("WITH p AS (SELECT email FROM users) SELECT p.email FROM p CROSS JOIN `p.d.safe` AS s WHERE s.email = p.email",
                      "WITH q AS (SELECT email FROM users) SELECT q.email FROM q CROSS JOIN safe AS s WHERE s.email = q.email"),
           ("SELECT p.id FROM safe AS p WHERE EXISTS (SELECT 1 FROM `p.d.users` AS u WHERE u.id = p.id)",
            "SELECT q.id FROM safe AS q WHERE EXISTS (SELECT 1 FROM users AS u WHERE u.id = q.id)"),
           ("SELECT p.id, (SELECT MAX(mail) FROM view_over_view) AS m FROM safe AS p",
            "SELECT q.id, (SELECT MAX(mail) FROM view_over_view) AS m FROM safe AS q")),
    *failing("T06 B6", "WITH p AS (SELECT email FROM users) SELECT p.email FROM p JOIN p.d.safe AS s ON s.email = p.email",
             "WITH d AS (SELECT 1 AS users) SELECT u.email FROM d, d.users AS u WHERE FALSE OR u.id < 3"),
    *masked(
        "T07 B5", "WITH RECURSIVE r AS (SELECT email FROM d.users UNION ALL SELECT email FROM r WHERE FALSE) SELECT * FROM r",
        "WITH RECURSIVE r AS (SELECT id, ssn, 1 AS n FROM users WHERE id = 1 UNION ALL SELECT u.id, u.ssn, n + 1 FROM r JOIN "
        "users AS u ON u.id = r.id + 1 WHERE n < 6) SELECT ssn, n FROM r",
        "WITH RECURSIVE users AS (SELECT email, 0 AS n FROM d.users UNION ALL SELECT email, n + 1 FROM users WHERE n < 2) "
        "SELECT n, email FROM users"),
    *evaluated("T07 B5", "WITH RECURSIVE a AS (SELECT * FROM b), b AS (SELECT email AS e FROM users) SELECT e FROM a"),
    *masked(
        "T08 B4", "SELECT (SELECT MAX(ssn) FROM d.users) AS a, ARRAY(SELECT email FROM d.users WHERE email IS NOT NULL ORDER BY "
        "id) AS b, EXISTS(SELECT 1 FROM d.users WHERE ssn='1') AS c",
        "SELECT id FROM users WHERE email IN (SELECT email FROM safe) ORDER BY (SELECT MAX(ssn) FROM users), id",
        "SELECT id, (SELECT STRING_AGG(v.ssn, ',' ORDER BY v.id) FROM users v WHERE v.id <= u.id) AS s FROM users u",
        "SELECT CASE WHEN EXISTS (SELECT 1 FROM users WHERE email LIKE 'u3.%') THEN 'there' ELSE 'not' END AS c",
        "SELECT name, COUNT(*) AS n FROM users GROUP BY name HAVING COUNT(*) > (SELECT COUNT(*) FROM users WHERE ssn LIKE "
        "'CANARY%')", "SELECT u.id FROM users u JOIN safe s ON s.email IN (SELECT email FROM users) AND u.id = s.id",
        "SELECT id FROM users LIMIT 3 OFFSET 2"),
    *masked(
        "T09 B12", "SELECT 1 AS one FROM d.users u WHERE EXISTS (SELECT 1 FROM d.safe u WHERE u.email IS NOT NULL)",
        "SELECT u.id FROM safe u WHERE EXISTS (SELECT 1 FROM users u WHERE u.email = 'u3.canary@mail.example')",
        "SELECT u.email FROM users u WHERE u.email IN (SELECT u.email FROM safe u)",
        "SELECT safe.email FROM users AS safe", "SELECT email.email FROM users AS email WHERE email.ssn IS NOT NULL",
        "SELECT a.email AS x, b.email AS y FROM users AS a, (SELECT a.email FROM safe AS a) AS b",
        "SELECT users.email FROM safe AS users JOIN users AS safe ON users.email = safe.email"),
    *evaluated(
        "T09 B12", "SELECT (SELECT users.ssn FROM safe AS safe WHERE safe.id = users.id) AS s FROM users AS users",
        "SELECT (SELECT u.email FROM (SELECT u.id) AS v WHERE v.id = u.id) AS e FROM users AS u",
        "SELECT (SELECT MAX(email) FROM (SELECT email FROM safe) AS users WHERE users.email IS NOT NULL) AS m, users.ssn FROM "
        "users"),
    *masked(
        "T10 B29 B30", "SELECT COUNTIF(email LIKE 'a%') AS a, SUM(IF(salary>1000,1,0)) AS b, MIN(ssn) AS c FROM d.users",
        "SELECT COUNT(DISTINCT ssn) AS a, LOGICAL_OR(email = 'u1.canary@mail.example') AS b, MAX(born) AS c, SUM(salary) AS d "
        "FROM users", "SELECT STRING_AGG(email, '|' ORDER BY id) AS s FROM users",
        "SELECT SUBSTR(ssn, 1, 3) AS p, COUNT(*) AS n FROM users GROUP BY 1",
        "SELECT email, COUNT(*) AS n FROM users GROUP BY email HAVING MAX(ssn) > 'C' OR COUNTIF(salary > 0) >= 0",
        "SELECT born, COUNT(*) AS n FROM users GROUP BY ROLLUP (born)", "SELECT id, email FROM users WHERE TRUE QUALIFY "
        "ROW_NUMBER() OVER (PARTITION BY email ORDER BY id) = 1", "SELECT id, SUM(salary) OVER (ORDER BY id ROWS BETWEEN 1 "
        "PRECEDING AND CURRENT ROW) AS s, LAG(ssn) OVER (ORDER BY id) AS l, FIRST_VALUE(email) OVER (PARTITION BY name ORDER "
        "BY id) AS f FROM users", "SELECT 'label' AS l, email FROM users UNION ALL SELECT 'total', CAST(COUNT(*) AS STRING) "
        "FROM users WHERE ssn > 'CANARY-003'"),
    *evaluated(
        "T10 B29 B30", "SELECT ANY_VALUE(ssn HAVING MAX salary) AS a, ANY_VALUE(email HAVING MIN id) AS b FROM users",
        "SELECT name, email, COUNT(*) AS n FROM users GROUP BY GROUPING SETS ((name), (email), (), CUBE (name))",
        "SELECT ARRAY_AGG(DISTINCT addr.street IGNORE NULLS ORDER BY addr.street LIMIT 2) AS a FROM "
        "users"),
    *masked(
        "T11 B31", "SELECT EXP(LN(CAST(salary + 1 AS FLOAT64))) AS x FROM d.users", "SELECT salary * 1 + 0 - 0 AS x FROM users",
        "SELECT -(-salary) AS x, ABS(salary) AS y, SQRT(POW(CAST(salary AS FLOAT64), 2)) AS z FROM users",
        "SELECT CAST(CAST(salary AS STRING) AS NUMERIC) AS x, DIV(CAST(salary AS INT64), 7) AS y FROM users",
        "SELECT SUM(salary) - SUM(IF(id = 3, 0, salary)) AS one FROM users", "SELECT DATE_DIFF(born, DATE '1900-01-01', DAY) AS "
        "n, UNIX_DATE(born) AS u, DATE_ADD(born, INTERVAL 0 DAY) AS d FROM users"),
    *failing(
        "T12 B32 B40", "SELECT CAST(email AS INT64) FROM d.users", "SELECT ERROR(email) FROM d.users",
        "SELECT PARSE_DATE('%Y', ssn) FROM d.users", "SELECT IF(ssn LIKE 'X%', ERROR(CONCAT('>', ssn)), 1) AS x FROM users",
        "SELECT id / salary AS x FROM users WHERE id < 9", 
        "SELECT CAST(ssn AS DATE) AS x FROM users", "SELECT (SELECT email FROM users) AS x",
        "SELECT id FROM users WHERE CAST(email AS FLOAT64) > 0", "SELECT PARSE_JSON(email) AS j FROM users",
        "SELECT CAST(CONCAT(ssn, addr.street) AS BOOL) AS x FROM users"),
    *masked("T12 B32 B40", "SELECT SAFE_CAST(email AS INT64) AS x, SAFE.PARSE_DATE('%Y', ssn) AS y FROM users",
            "SELECT SAFE_DIVIDE(1, salary) AS x FROM users"),
    *refused("T12 B32", "statement.pipe_assert", "FROM users |> ASSERT ssn != 'CANARY-003-1003'",
             "FROM users |> WHERE id = 3 |> ASSERT COUNT(*) = 1, email |> SELECT id", "FROM safe |> AsSeRt (SELECT MAX(salary) < "
             "5 FROM users)"),
    *masked(
        "T13 B35", "SELECT id FROM d.users ORDER BY salary DESC, id LIMIT 1", "SELECT DISTINCT email FROM users",
        "SELECT id FROM users ORDER BY ssn, id LIMIT 3", "SELECT ARRAY_AGG(id ORDER BY ssn DESC, id LIMIT 2) AS a FROM users",
        "SELECT id, RANK() OVER (ORDER BY salary DESC) AS r, NTILE(3) OVER (ORDER BY born, id) AS n FROM users",
        "SELECT id FROM users WHERE salary > (SELECT MIN(salary) FROM users)", "SELECT MAX(IF(email = 'u3.canary@mail.example', "
        "id, 0)) AS m FROM users", "SELECT u.id FROM users u JOIN (SELECT 'CANARY-003-1003' AS guess) g ON u.ssn = g.guess"),
]
SHAPES_OF_QUERIES: list[Line] = [
    *masked(
        "T14 B1", "SELECT * FROM (SELECT id, email FROM d.users) PIVOT(COUNT(id) FOR email IN ('a@x'))",
        "SELECT * FROM (SELECT name, ssn, id FROM users) PIVOT (MAX(ssn) AS m, COUNT(id) AS n FOR name IN ('Ada' AS a, 'Cy'))",
        "SELECT p.a FROM (SELECT email, id FROM users) AS u PIVOT (SUM(id) FOR email IN ('XXXXX@mail.example' AS a, "
        "'u1.canary@mail.example' AS b)) AS p"),
    *evaluated("T14 B1", "FROM users |> SELECT email, id |> PIVOT (COUNT(id) FOR email IN ('XXXXX@mail.example' AS a)) |> "
               "SELECT a", "SELECT a FROM users PIVOT (MAX(ssn) FOR name IN ('Ada' AS a)) AS p"),
    *masked(
        "T15 B1", "SELECT id, v, k FROM d.users UNPIVOT(v FOR k IN (name,email))", "SELECT k, COUNT(v) AS n FROM users UNPIVOT "
        "INCLUDE NULLS (v FOR k IN (ssn AS 'S', badge AS 'B')) GROUP BY k",
        "SELECT id, `V` FROM users AS u UNPIVOT (v FOR k IN (`EMAIL`, ssn)) AS w WHERE k = 'EMAIL' OR k = 'email'"),
    *evaluated("T15 B1", "FROM users |> UNPIVOT (v FOR k IN (email, ssn)) |> WHERE v LIKE '%A%' |> SELECT id, v, k",
               "SELECT id, a, b, k FROM users UNPIVOT ((a, b) FOR k IN ((email, ssn) AS 'x', (name, badge) AS 'y'))"),
    *masked(
        "T16 B4 B5 B30", "SELECT email AS a FROM users UNION ALL BY NAME SELECT ssn AS a FROM users",
        "SELECT email FROM users INTERSECT DISTINCT SELECT 'u3.canary@mail.example'",
        "SELECT email FROM users EXCEPT DISTINCT SELECT email FROM safe", "(SELECT ssn AS e FROM users) UNION DISTINCT (SELECT "
        "email FROM users)", "SELECT id, name FROM users UNION ALL SELECT id, ssn FROM users",
        "SELECT ssn AS x, email AS y FROM users UNION ALL SELECT name, badge FROM users"),
    *evaluated(
        "T16 B4 B5 B30", "SELECT email, id FROM users FULL OUTER UNION ALL BY NAME SELECT ssn, id FROM users",
        "SELECT ssn AS a, id AS b FROM users INNER UNION ALL BY NAME ON (a) SELECT email AS a, name AS c FROM users",
        "SELECT email AS note, id FROM users LEFT UNION ALL BY NAME SELECT note, email FROM safe",
        "SELECT email AS a, id AS b FROM users UNION ALL CORRESPONDING BY (b, a) SELECT id AS b, ssn AS a FROM users",
        "FROM users |> SELECT email |> INTERSECT DISTINCT (SELECT email FROM safe), (FROM users |> SELECT email)"),
    *masked(
        "T17 B5", "SELECT email, u.ssn, s.note FROM d.users u JOIN d.safe s USING(email)", "SELECT * EXCEPT (id) FROM users FULL "
        "JOIN safe USING (email)", "SELECT * FROM (SELECT email, ssn FROM users) NATURAL JOIN (SELECT email FROM safe)",
        "SELECT email, a.id AS x, b.id AS y FROM users a LEFT JOIN users b USING (email)",
        "SELECT email FROM (SELECT ssn AS email FROM users) FULL OUTER JOIN (SELECT email FROM users) USING (email)",
        "SELECT `EMAIL`, note FROM users RIGHT JOIN safe USING (`email`)", "SELECT COUNT(*) AS n FROM users a JOIN users b USING "
        "(email, ssn) JOIN safe s USING (email)"),
    *masked("T17 B5", "SELECT * FROM users NATURAL JOIN safe", "SELECT id, email, note FROM users NATURAL FULL JOIN safe"),
    *evaluated("T17 B5", "FROM users |> JOIN safe USING (email) |> SELECT email, ssn"),
    *masked(
        "T18 B7", "FROM d.users |> WHERE ssn='1' |> SELECT id", "FROM d.users", "FROM users |> EXTEND email AS e |> SELECT e",
        "FROM users |> AGGREGATE COUNT(*) AS n, MAX(ssn) AS s GROUP BY name", "FROM users AS u |> JOIN safe AS s ON s.id = u.id "
        "|> SELECT u.email, s.note, u.ssn", "FROM users |> ORDER BY salary, id |> LIMIT 2 |> SELECT id, ssn",
        "SELECT email FROM users |> WHERE email LIKE '%mail%' |> AGGREGATE COUNT(*) AS n",
        "FROM (SELECT email AS e, id FROM users) |> SELECT e |> DISTINCT",
        "FROM users|>SELECT ssn|>WHERE ssn LIKE 'CANARY%'"),
    *evaluated(
        "T18 B7", "FROM users |> SELECT id, email |> EXTEND email AS e |> DROP email", "FROM users |> SELECT id, email, ssn |> SET "
        "email = ssn |> RENAME ssn AS email2", "FROM users |> AS v |> SELECT v.email, v.addr.street",
        "FROM users |> EXTEND COUNT(*) OVER (PARTITION BY email) AS n |> SELECT id, n, email",
        "FROM users |> SELECT id, email, items |> CROSS JOIN UNNEST(items) AS i |> SELECT i.note, email",
        "FROM safe |> WITH c AS (SELECT email, ssn FROM users) |> JOIN c USING (email) |> SELECT ssn",
        "FROM users |> WHERE id IN (FROM users |> WHERE ssn LIKE 'X%' |> SELECT id) |> AGGREGATE MIN(email) AS m GROUP AND ORDER "
        "BY ssn DESC", "FROM users, users.items AS i |> SELECT i.note, id",
        "FROM safe |> SELECT id, email |> UNION ALL (SELECT id, ssn FROM users), (FROM users |> SELECT id, email)"),
    *masked(
        "T19 B4", "SELECT i.note FROM d.users u, u.items i", "SELECT i.note FROM d.users u JOIN UNNEST(u.items) i",
        "SELECT items[SAFE_OFFSET(0)].note AS n FROM users", "SELECT u.id, i.sku, i.note, o FROM users AS u LEFT JOIN "
        "UNNEST(u.items) AS i WITH OFFSET AS o", "SELECT id, (SELECT MAX(i.note) FROM UNNEST(u.items) AS i) AS m "
        "FROM users u", "SELECT `I`.note FROM users AS `U`, `u`.`items` AS `i`", "SELECT items FROM (SELECT i AS items FROM "
        "users u, u.items i)", "SELECT u.note FROM users AS d, d.items AS u", "SELECT users.note FROM users AS u, u.items AS users"),
    *evaluated(
        "T19 B4", "SELECT id, note FROM users, users.items", "SELECT u.id, note FROM users AS u INNER JOIN u.items WITH OFFSET AS o "
        "WHERE o = 0", "SELECT id, (SELECT COUNT(*) FROM u.items) AS n, ARRAY(SELECT AS STRUCT * FROM u.items) AS a FROM users AS "
        "u", "SELECT (SELECT note FROM safe.items LIMIT 1) AS n FROM users AS safe WHERE id = 1",
        "SELECT ARRAY_TRANSFORM(items, e -> e.note) AS a FROM users",
        "SELECT id, ARRAY(SELECT note FROM UNNEST(items) WHERE note IS NOT NULL) AS a FROM users", "SELECT note FROM users, "
        "UNNEST(items)"),
    *refused("T19 B4", "table.not_found", "SELECT * FROM u.items, users AS u", "SELECT * FROM users AS u, `u.items`",
             "WITH u AS (SELECT * FROM users) SELECT * FROM u.items"),
    *masked(
        "T20", "SELECT addr, addr.street FROM d.users", "SELECT u.addr.street, `addr`.`Street` AS s2 FROM users u",
        "SELECT id, addr IS NULL AS a, addr.street IS NULL AS b, ARRAY_LENGTH(items) AS n FROM users",
        "SELECT STRUCT(addr.street AS s, addr AS a) AS x FROM users", "SELECT items FROM users WHERE ARRAY_LENGTH(items) = 0",
        "SELECT x.street FROM (SELECT addr AS x FROM users)", "SELECT [addr, addr] AS a FROM users WHERE addr IS NOT NULL"),
    *evaluated("T20", "SELECT (SELECT AS STRUCT addr.*) AS x FROM users WHERE addr IS NOT NULL",
               "SELECT id, (SELECT AS VALUE addr) AS v FROM users"),
    *masked(
        "T21 B16", "SELECT email FROM `p.d.u\\x73ers`", "SELECT email FROM `p.d.\\u0075sers`", "SELECT email FROM `p`.`d`.`users`",
        "SELECT email FROM `p.d`.users", "SELECT email FROM p.`d.users`", "SELECT email FROM `d.users`",
        "SELECT `e\\u006dail` FROM `\\x70`.`\\U00000064`.`\\165sers`", "SELECT `users`.`email` FROM `p` . `d` . `users`",
        "SELECT email FROM\n`p.d.users`\tWHERE`id`<3", "WITH `u\\x73ers` AS (SELECT ssn AS email FROM d.users) SELECT email FROM "
        "users"),
    *refused("T21 B16", "table.name", "SELECT * FROM `p.d.us\\ners`", "SELECT * FROM `d..users`", "SELECT * FROM `.d.users`",
             "SELECT * FROM `d.us:ers`"),
    *refused("T21 B16", "table.not_found", "SELECT * FROM `p.d.Users`", "SELECT email FROM D.users", "SELECT * FROM USERS", "SELECT * FROM `p.d.users `", "SELECT * FROM "
             "`p.d.\\uff55sers`", "SELECT * FROM `p.vault.x`", "SELECT * FROM `other.d.users`"),
    *masked(
        "T22", "SELECT email FROM my-proj.d.users", "SELECT email FROM `my-proj.d.users`", "SELECT email FROM my-proj.d.`users`",
        "SELECT email FROM p.d.users AS `u`", "SELECT `u`.email FROM `my-proj`.d.users AS u", "SELECT users.ssn FROM my-proj.d.users",
        "SELECT a.email AS x, b.ssn AS y FROM my-proj.d.users AS a JOIN d.users AS b USING (id)"),
    *masked(
        "T23 B13 B15", "SELECT '--' AS a, email FROM d.users", "SELECT \"#\" AS a, email FROM d.users", "SELECT /* ' */ email "
        "FROM d.users", "SELECT r'\\'' AS a, email FROM users", "SELECT '''\\''' ''' AS a, email FROM users",
        "SELECT b\"\\\"\" AS a, email FROM users", "SELECT # x\n email FROM users", "SELECT '/*' AS a, email, '*/' AS b FROM users",
        "SELECT \"\"\"-- \" # ' \"\"\" AS a, email FROM users -- '", "SELECT 1 AS a -- /*\n, email FROM users /* -- */ # */",
        "SELECT email/*;*/FROM/* ` */users--;\n;", "SELECT RB'\\' FROM' AS a, ssn FROM users", "SELECT 'a' \"b\" AS x, ssn FROM "
        "users", "SELECT\u00a0email FROM users",
        "SELECT/**/`email`/**/AS/**/`a\\`b`/**/FROM/**/users"),
    *refused("T23 B15", "statement.several", "SELECT '--'; DROP TABLE users", "SELECT 1 /*; */; SELECT email FROM users",
             "SELECT email FROM users; -- x\nSELECT 2"),
    *refused("T23 B13", "syntax.invalid", "SELECT /* email FROM users", "SELECT 'x FROM users", "SELECT `email FROM users",
             "SELECT /* /* */ */ email FROM users"),
    *masked(
        "T24", "SELECT email AS `ema\\u0069l2` FROM users", "SELECT email AS `a\\`b`, ssn AS `select` FROM users",
        "SELECT `select` FROM odd", "SELECT u.`select` AS `from` FROM odd AS u", "SELECT ssn AS id, id AS ssn FROM users",
        "SELECT email AS ssn FROM users WHERE ssn LIKE 'CANARY%'", "SELECT ssn AS `XXXXX@mail.example` FROM users ORDER BY 1"),
    *masked(
        "T25", "SELECT email FROM users FOR SYSTEM_TIME AS OF CURRENT_TIMESTAMP()", "SELECT u.email FROM users AS u FOR SYSTEM_TIME "
        "AS OF TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL 0 SECOND)", "SELECT COUNT(*) >= 0 AS n, COUNTIF(email LIKE 'u%') AS c "
        "FROM users TABLESAMPLE SYSTEM (10 PERCENT)", "SELECT COUNTIF(ssn LIKE 'CAN%') AS c FROM users AS u TABLESAMPLE SYSTEM (100 "
        "PERCENT)"),
    *refused("T25", "syntax.invalid", "SELECT * FROM (SELECT * FROM users) FOR SYSTEM_TIME AS OF CURRENT_TIMESTAMP()"),
    *refused("T25", "table.suffix", "SELECT * FROM users FOR SYSTEM_TIME AS OF (SELECT MAX(TIMESTAMP(born)) FROM users)",
             "SELECT * FROM users AS u FOR SYSTEM_TIME AS OF TIMESTAMP(u.born)",
             "FROM users |> LIMIT 9 |> TABLESAMPLE SYSTEM (1 PERCENT)",
             "SELECT * FROM view_over_users FOR SYSTEM_TIME AS OF CURRENT_TIMESTAMP()"),
]
TABLES_AND_STATEMENTS: list[Line] = [
    *masked(
        "T26 B8", "SELECT id, email FROM `d.users_*`", "SELECT email, ssn FROM `p.d.users_20*` WHERE _TABLE_SUFFIX = '24'",
        "SELECT MAX(ssn) AS m, _TABLE_SUFFIX AS s FROM `d.users_*` GROUP BY s", "SELECT id FROM `d.users_*` WHERE email LIKE 'u2%' "
        "OR _TABLE_SUFFIX = '2024'", "SELECT u FROM `p.d`.`users_*` AS u", "SELECT email FROM d.`users_*` WHERE (_TABLE_SUFFIX, "
        "email) IN (('2024', 'u21.canary@mail.example'))", "SELECT * FROM `d.users*` WHERE _TABLE_SUFFIX IN ('', '_2024')"),
    *refused("T26 B8", "table.decorator", "SELECT * FROM `d.users$20240101`", "SELECT * FROM `d.users@-1`",
             "SELECT * FROM `d.users@-3600000-0`", "SELECT * FROM `p.d.user\\u0073\\x4020`", "SELECT * FROM `d.users$__NULL__`"),
    *refused("T26 B8 B39", "table.hidden", "SELECT * FROM `p._anon.anon123`", "SELECT * FROM _SESSION.x", "SELECT * FROM "
             "`d.__TABLES__`", "SELECT * FROM d.__TABLES_SUMMARY__", "SELECT * FROM `p`.`\\x5fanon`.x", "SELECT * FROM "
             "`_script4a.x`", "SELECT * FROM __PARTITIONS_SUMMARY__", "SELECT * FROM p.d.`_*`"),
    *refused("T26 B8", "table.wildcard", "SELECT * FROM `d.*users`", "SELECT * FROM `*.users`", "SELECT * FROM `p.d.us*rs`",
             "SELECT * FROM `d*.users`"),
    *refused("T26 B8", "table.wildcard_view", "SELECT * FROM `d.view_*`", "SELECT * FROM `p.d.*`", "SELECT * FROM `d.*` WHERE "
             "_TABLE_SUFFIX = 'safe'"),
    *masked(
        "T27 B2", "SELECT * FROM d.view_over_users", "SELECT mail, number FROM `p.d.view_over_view`", "SELECT email, n FROM d.mv",
        "SELECT v FROM view_over_users AS v", "SELECT e FROM d.view_union", "SELECT email FROM shadow_view AS users",
        "SELECT v.ssn, v.* EXCEPT (ssn, doc) FROM view_star v", "WITH users AS (SELECT 'x' AS email) SELECT users.email AS a, "
        "view_over_users.email AS b FROM users, view_over_users", "SELECT v.number FROM view_over_users v JOIN users u ON u.ssn = "
        "v.number", "FROM view_over_view |> WHERE mail LIKE 'u%' |> AGGREGATE COUNT(*) AS n"),
    *refused(
        "T28 B9", "table.information_schema", "SELECT * FROM d.INFORMATION_SCHEMA.COLUMNS", "SELECT * FROM "
        "`region-us`.INFORMATION_SCHEMA.JOBS", "SELECT * FROM p.`region-us`.INFORMATION_SCHEMA.JOBS_BY_USER",
        "SELECT * FROM `p.region-us.INFORMATION_SCHEMA.JOBS`", "SELECT * FROM region-us.INFORMATION_SCHEMA.JOBS",
        "SELECT * FROM INFORMATION_SCHEMA.SCHEMATA", "SELECT * FROM `d.information_schema.tables`", "SELECT * FROM "
        "d.`INFORMATION\\u005fSCHEMA`.PARTITIONS", "SELECT * FROM `p`.`d`.`Information_Schema`.`VIEWS`",
        "WITH c AS (SELECT query FROM `region-eu.INFORMATION_SCHEMA.JOBS_BY_PROJECT`) SELECT * FROM c",
        "FROM d.INFORMATION_SCHEMA.COLUMN_FIELD_PATHS |> SELECT description", "SELECT (SELECT MAX(ddl) FROM "
        "d.INFORMATION_SCHEMA.TABLES) AS x"),
    *refused("T29 B19", "statement.execute_immediate", "EXECUTE IMMEDIATE 'SELECT…'", "EXECUTE IMMEDIATE CONCAT('SELECT ', 'email FROM "
             "d.users') INTO x"),
    *refused("T29 B19", "statement.call", "CALL d.p()", "  CALL/**/`d.p`()", "CALL BQ.JOBS.CANCEL('x')"),
    *refused("T29 B21 B22", "statement.script", "BEGIN SELECT email FROM users; END", "IF TRUE THEN SELECT 1; END IF", "LOOP "
             "SELECT 1; END LOOP", "DECLARE x INT64; SELECT x; SELECT 1", "BEGIN SELECT 1/0; EXCEPTION WHEN ERROR THEN SELECT "
             "@@error.message; END", "FOR r IN (SELECT email FROM users) DO SELECT r.email; END FOR"),
    *refused("T29 B21", "statement.several", "SELECT 1; SELECT email FROM d.users", "SELECT 1;;SELECT 2", "SELECT 1;CALL d.p()"),
    *alike(
        "T29 B21", ("DECLARE x INT64 DEFAULT 3; SELECT id, email FROM users WHERE users.id = x", "SELECT id, email FROM users WHERE id = "
                    "3"),
        ("DECLARE m STRING DEFAULT (SELECT MAX(ssn) FROM d.users); SELECT m AS found", "SELECT MAX(ssn) AS found FROM users"),
        ("DECLARE a, b INT64 DEFAULT 2; SET a = b + 1; SELECT ssn FROM users WHERE id IN (a, b)", "SELECT ssn FROM users WHERE id IN (2, "
         "3)"), ("DECLARE lowest DATE DEFAULT (SELECT MIN(born) FROM users); SELECT email, lowest FROM users WHERE born > lowest",
                 "SELECT email, (SELECT MIN(born) FROM users) AS lowest FROM users WHERE born > (SELECT MIN(born) FROM users)"),
        ("declare X2 int64 default 3; select ssn from users where id = x2", "SELECT ssn FROM "
         "users WHERE id = 3")),
    *refused(
        "T29 B21", "statement.script_value", "DECLARE email STRING; SELECT email FROM users", "DECLARE x FLOAT64 DEFAULT RAND(); "
        "SELECT x", "DECLARE x FLOAT64 DEFAULT `rand`(); SELECT x", "DECLARE u STRING DEFAULT NEW_UUID(); SELECT u, u",
        "DECLARE x INT64 DEFAULT (SELECT COUNT(*) FROM users); WITH `users` AS (SELECT 1 AS a) SELECT x FROM users",
        "DECLARE x INT64 DEFAULT (SELECT COUNT(*) FROM users); WITH `u\\x73ers` AS (SELECT 1 AS a) SELECT x",
        "SET x = (SELECT email FROM users); SELECT x", "SET @@dataset_id = 'vault'; SELECT 1"),
    *refused("T30 B21", "statement.export", "EXPORT DATA OPTIONS(uri='gs://b/*', format='CSV') AS SELECT * FROM users",
             "EXPORT MODEL d.m OPTIONS(uri='gs://b')"),
    *refused("T30 B3", "statement.create", "CREATE TEMP TABLE x AS SELECT * FROM users", "CREATE TABLE x CLONE d.users", "CREATE TABLE x COPY "
             "d.users", "CREATE TABLE x LIKE d.users", "CREATE SNAPSHOT TABLE x CLONE users", "CREATE OR REPLACE VIEW v AS SELECT * FROM users",
             "CREATE MATERIALIZED VIEW v AS SELECT ssn FROM users", "CREATE ROW ACCESS POLICY x ON d.users GRANT TO ('allUsers') FILTER "
             "USING (TRUE)", "CREATE MODEL d.m OPTIONS (model_type = 'LINEAR_REG') AS SELECT salary AS label, id FROM users"),
    *refused("T30 B23", "statement.insert", "INSERT d.safe SELECT id, email, ssn FROM users", "INSERT INTO d.safe (email) VALUES ((SELECT MAX(ssn) FROM users))"),
    *refused("T30 B23", "statement.merge", "MERGE d.safe USING users ON FALSE WHEN NOT MATCHED THEN INSERT ROW"),
    *refused("T30 B23", "statement.update", "UPDATE d.safe SET email = (SELECT MAX(ssn) FROM users) WHERE TRUE"),
    *refused("T30", "statement.delete", "DELETE FROM d.users WHERE ssn = 'x'"),
    *refused("T30", "statement.truncate", "TRUNCATE TABLE users"),
    *refused("T30", "statement.drop", "DROP VIEW mv", "DROP TABLE IF EXISTS d.users"),
    *refused("T30", "statement.load", "LOAD DATA INTO d.safe FROM FILES (format = 'CSV', uris = ['gs://x'])"),
    *refused("T30", "statement.alter", "ALTER TABLE users ALTER COLUMN ssn SET OPTIONS (description = 'x')"),
    *refused("T30", "statement.grant", "GRANT `roles/bigquery.dataViewer` ON TABLE d.users TO 'user:a@example.com'"),
    *refused("T30", "statement.assert", "ASSERT (SELECT MAX(ssn) FROM users) > 'A' AS 'no'"),
    *refused("T30 B3 B23", "statement.pipe_export_data", "FROM users |> EXPORT DATA OPTIONS(uri='gs://b/*', format='CSV')"),
    *refused("T30 B3 B23", "statement.pipe_insert", "FROM users |> INSERT INTO d.safe"),
    *refused("T30 B3 B23", "statement.pipe_create_table", "FROM users |> CREATE TABLE d.x"),
    *refused("T31", "function.change_history", "SELECT * FROM APPENDS(TABLE d.users, NULL, NULL)", "SELECT * FROM CHANGES(TABLE d.users, NULL, "
             "NULL)", "SELECT * FROM/**/`appends`(TABLE `p.d.users`, NULL, NULL) AS a"),
    *refused("T31", "function.vector_search", "SELECT * FROM VECTOR_SEARCH(TABLE d.users, 'email', TABLE d.users)"),
    *refused("T31 B20", "function.model", "SELECT * FROM ML.PREDICT(MODEL d.m, TABLE d.users)", "SELECT * FROM ml.generate_text(MODEL d.m, "
             "(SELECT ssn AS prompt FROM users))"),
    *refused("T31 B20", "function.ai", "SELECT * FROM AI.FORECAST(TABLE d.users)"),
    *refused("T32 B18", "function.external_query", "SELECT * FROM EXTERNAL_QUERY('c', 'SELECT 1')", "SELECT * FROM "
             "external_query('p.us.c', \"SELECT ssn FROM people\")", "SELECT * FROM users, EXTERNAL_QUERY('c', 'x') AS e"),
    *refused("T32 T35", "function.object", "SELECT OBJ.GET_ACCESS_URL(email, 'r') FROM users"),
    *refused("T33", "statement.graph", "GRAPH g MATCH (n) RETURN n", "SELECT * FROM GRAPH_TABLE(d.g MATCH (n) RETURN n.ssn)",
             "SELECT * FROM safe JOIN GRAPH_TABLE(d.g MATCH (u) COLUMNS (u.ssn)) AS g ON TRUE", "SELECT EXISTS {GRAPH d.g (u WHERE "
             "u.ssn = '1')} AS e FROM safe", "SELECT id FROM users WHERE ssn IN {GRAPH d.g MATCH (u) RETURN u.ssn}"),
    *refused("T33", "function.reads_tables", "SELECT * FROM GRAPH_EXPAND('d.g')", "SELECT BQ.SHOW_GRAPH_EXPAND_SCHEMA('d.g')"),
    *refused(
        "T34 B13", "statement.legacy_sql", "#legacySQL\nSELECT 1", "  #legacySQL\nSELECT email FROM users", "/*x*/#LEGACYSQL\nSELECT "
        "1", "#legacySQL\n\ufeffSELECT 1", "\n\n-- x\n#legacysql\nSELECT 1", "#legacySQL\r\nSELECT 1", "# legacySQL\nSELECT email "
        "FROM [p:d.users]", "#standardSQL\n#legacySQL\nSELECT 1", "\t#legacySQL -- x\nSELECT 1"),
    *refused("T34 B13", "syntax.invalid", "\ufeff#legacySQL\nSELECT 1", "\u2028#legacySQL\nSELECT 1", "SELECT * FROM [p:d.users]", "SELECT * FROM [d.users]", "SELECT * FROM [p:d.users@-1], "
             "[d.safe]", "SELECT email FROM TABLE_DATE_RANGE([p:d.users_], TIMESTAMP('2024-01-01'), CURRENT_TIMESTAMP())"),
    *refused("T35 B20 B24", "function.ai", "SELECT AI.GENERATE(email) FROM users", "SELECT AI.CLASSIFY(email, ['a', 'b']) FROM users", "SELECT id FROM users WHERE AI.IF(ssn)",
             "SELECT AI.AGG(ssn) FROM users GROUP BY name"),
    *refused("T35", "function.uses_keys", "SELECT DLP_DETERMINISTIC_DECRYPT(b'', '', '')", "SELECT AEAD.DECRYPT_STRING(k, b'', '') "
             "FROM (SELECT b'' AS k)", "SELECT KEYS.KEYSET_CHAIN('gcp-kms://x', b'')"),
    *refused("T35", "function.identity", "SELECT SESSION_USER()", "SELECT `session_user`()", "SELECT SAFE.SESSION_USER() FROM users",
             "SELECT CURRENT_USER()"),
    *refused("T35 B39", "parameter.system_variable", "SELECT @@session_id", "SELECT @@`dataset_id`", "SELECT @@error.message, email "
             "FROM users", "SELECT id FROM users WHERE @@time_zone = 'UTC'", "SELECT @@project_id", "SELECT @@script.job_id",
             "SELECT @@\nrow_count"),
]
NAMED = {"s": {"type": "STRING", "value": "CANARY-003-1003"}, "users": {"type": "INT64", "value": "3"}}
KEY = "scrim_00000000000000000000000000000000_1i"
PARAMETERS_AND_VALUES: list[Line] = [
    *refused("T38", "parameter.reserved", "SELECT 1", f"SELECT @{KEY}", "SELECT 1 AS x FROM users",
             parameters={KEY: {"type": "STRING", "value": "x"}}),
    *refused("T38", "parameter.reserved", "SELECT 1", parameters={"SCRIM_x": {"type": "STRING", "value": "x"}}),
    *refused("T38", "parameter.undeclared", f"SELECT @{KEY}", f"SELECT TO_HEX(@`{KEY.upper()}`) FROM users",
             f"SELECT SHA256(@`{KEY.replace('_', chr(92) + 'x5f')}` || CAST(badge AS BYTES)) FROM users",
             "SELECT ssn FROM users WHERE ssn = @s", "SELECT ? AS a FROM users"),
    *refused("T38", "parameter.mixed", "SELECT @s AS a, ? AS b FROM users", parameters=NAMED),
    *refused("T38", "parameter.count", "SELECT 1 FROM users WHERE id = ?", parameters=[NAMED["users"], NAMED["users"]]),
    *refused("T38", "syntax.invalid", "SELECT * FROM @users", "SELECT @users.email AS e FROM @`users`", "SELECT email AS @s FROM "
             "users", "SELECT * EXCEPT (@s) FROM users", "FROM @users |> SELECT email", parameters=NAMED),
    *masked("T38 B28", "SELECT id, @users AS n FROM users WHERE ssn = @s", "SELECT users.email FROM users WHERE id = @USERS",
            "SELECT @`users` + id AS x, ssn FROM users WHERE ssn = @S OR id < @users", "SELECT id FROM users ORDER BY ssn = @s, id "
            "LIMIT @users", parameters=NAMED),
    *masked("T38 B28", "SELECT id, ? AS n FROM users WHERE ssn = ?", parameters=[NAMED["users"], NAMED["s"]]),
    *masked(
        "T41 B36", "SELECT a.id AS x, b.id AS y FROM users a JOIN users b USING (badge)", "SELECT badge, COUNT(*) AS n FROM users "
        "GROUP BY badge", "SELECT id FROM users WHERE badge = TO_BASE64(SHA256('CANARY/1'))", "SELECT a.badge FROM users a JOIN "
        "my-proj.d.users b ON a.badge = b.badge AND a.id = b.id", "SELECT id FROM users WHERE badge = 'KT_' || "
        "SUBSTR(TO_HEX(SHA256('CANARY/1')), 1, 40)", "SELECT LENGTH(badge) AS n, SUBSTR(badge, 1, 3) AS k FROM users",
        "SELECT badge IN (SELECT TO_BASE64(SHA256(w)) FROM UNNEST(['CANARY/0', 'CANARY/1', 'CANARY/2']) AS w) AS hit FROM users"),
    *masked(
        "T43 B33 B37", "SELECT id FROM loaded WHERE _PARTITIONDATE = '2025-03-02'", "SELECT id, word FROM loaded WHERE "
        "_PARTITIONTIME >= TIMESTAMP '2025-03-02' AND word LIKE 'CANARY%'", "SELECT id, word, born FROM by_day WHERE day > "
        "'2025-03-01'", "SELECT id FROM users WHERE created = '2025-03-03' AND ssn LIKE 'CANARY%'"),
    *refused("T43 B33", "table.masked_partition", "SELECT id FROM by_born", "SELECT id FROM by_word WHERE word = 'CANARY 1'",
             "SELECT COUNT(*) FROM by_born WHERE born = '1984-09-17'", "SELECT s.id FROM safe s WHERE EXISTS (SELECT 1 FROM by_word)"),
    *refused("T43 B33", "column.pseudo", "SELECT _FILE_NAME FROM users", "SELECT u._PARTITIONTIME FROM users u", "SELECT id FROM users "
             "WHERE _CHANGE_TYPE = 'INSERT'", "SELECT `_file\\x5fname` FROM users", "SELECT email AS _PARTITIONDATE FROM users"),
    *masked(
        "T44", "SELECT * FROM types", "SELECT id, c_int64 + 1 AS a, c_bool OR FALSE AS b, LENGTH(c_bytes) AS c, c_json AS d FROM types",
        "SELECT t FROM (SELECT id, c_string, c_numeric, c_date, c_timestamp FROM types) t", "SELECT MAX(c_float64) AS a, "
        "SUM(c_numeric) AS b, MIN(c_timestamp) AS c, COUNT(DISTINCT c_time) AS d FROM types", "SELECT id, EXTRACT(YEAR FROM "
        "c_datetime) AS y, ST_ASTEXT(c_geography) AS g, TO_BASE64(c_bytes) AS b FROM types"),
    *masked(
        "T48", "SELECT * FROM extremes", "SELECT id, big, -money AS m, ratio FROM extremes", "SELECT maybe.a, maybe.b, maybe IS NULL "
        "AS n FROM extremes", "SELECT id, `at`, day, EXTRACT(YEAR FROM `at`) AS y FROM extremes", "SELECT e FROM (SELECT id, big, money, "
        "maybe FROM extremes) AS e", "SELECT words, ARRAY_LENGTH(words) AS n, STRUCT(NULL AS x, words AS w) AS s FROM extremes"),
    *masked(
        "T49 B16", "SELECT `a--b`, `a#b`, `it's`, `x|y` FROM odd", "SELECT `with space` AS w, `R&D`, `MixedCase`, `mixedcase` AS m2 "
        "FROM odd", "SELECT o.`A--B` || '#' AS x FROM odd AS o -- `", "SELECT `it's` FROM odd WHERE `x|y` LIKE '%00' -- '",
        "SELECT * FROM odd", "SELECT `a\\x2d-b` AS x, `a\\043b` AS y FROM odd", "SELECT selfie.selfie FROM p.d.selfie",
        "SELECT s.selfie, s.d FROM selfie AS s", "SELECT d.d FROM d.selfie AS d", "SELECT id FROM selfie GROUP BY id"),
    *evaluated("T49", "SELECT selfie FROM selfie", "SELECT selfie.selfie AS x, TO_JSON_STRING(selfie) AS j FROM selfie",
               "SELECT COUNT(DISTINCT TO_JSON_STRING(selfie)) AS n FROM selfie", "FROM selfie |> WHERE d IS NOT NULL |> SELECT "
               "selfie.d"),
]
# What other parts of the work make possible; the outcome is what it has to be then.
FUNCTIONS: list[Line] = [
    *masked("T32", "CREATE TEMP FUNCTION f(x STRING) AS (UPPER(x)); SELECT f(email) AS e FROM d.users",
            "CREATE TEMP FUNCTION m() AS ((SELECT MAX(ssn) FROM d.users)); SELECT m() AS s, id FROM safe",
            "CREATE TEMPORARY FUNCTION email(ssn STRING) RETURNS STRING AS (ssn); SELECT email(name) AS n, ssn FROM users",
            "CREATE TEMP FUNCTION f(x ANY TYPE) AS (x); SELECT f(u.addr) AS a FROM users u"),
]
RESHAPING: list[Line] = [
    *evaluated(
        "T33", "SELECT * FROM (SELECT id, ssn FROM users) MATCH_RECOGNIZE (ORDER BY id MEASURES MAX(ssn) AS m, COUNT(*) AS n PATTERN "
        "(a+) DEFINE a AS ssn LIKE 'XXXXX%')", "SELECT m FROM users MATCH_RECOGNIZE (PARTITION BY name ORDER BY id MEASURES "
        "MIN(email) AS m PATTERN (a b?) DEFINE a AS salary < 1, b AS TRUE) AS x",
        "FROM users |> MATCH_RECOGNIZE (ORDER BY id MEASURES ANY_VALUE(addr.street) AS m PATTERN (a) DEFINE a AS ssn LIKE 'CANARY%' "
        "OR id < 3) |> SELECT m", "SELECT * FROM safe MATCH_RECOGNIZE (ORDER BY id MEASURES COUNT(*) AS n PATTERN (a+) DEFINE a AS "
        "EXISTS (SELECT 1 FROM users WHERE ssn LIKE 'X%'))"),
    *masked(
        "T31", "SELECT * FROM GAP_FILL(TABLE d.by_day, ts_column => 'day', bucket_width => INTERVAL 1 DAY, value_columns => [('id', "
        "'locf')])", "SELECT id, word, session_range FROM RANGE_SESSIONIZE((SELECT id, word, RANGE(day, DATE_ADD(day, INTERVAL 1 "
        "DAY)) AS r FROM by_day WHERE day > '2025-01-01'), 'r', ['id'])"),
]
SHAPES = [*NAMES_AND_ROWS, *SHAPES_OF_QUERIES, *TABLES_AND_STATEMENTS, *PARAMETERS_AND_VALUES, *FUNCTIONS, *RESHAPING]
# Lines of SHAPES that are refused as yet.
NOT_YET = [*FUNCTIONS, *RESHAPING]
# Codes that are to be told, and what is told in their place as yet.
AS_YET = {
    **{f"statement.{word}": "statement.not_select" for word in (
        "execute_immediate", "call", "export", "create", "insert", "merge", "update", "delete", "truncate", "drop", "load", "alter", "grant",
        "assert", "explain", "describe", "show", "pipe_export_data", "pipe_insert", "pipe_create_table")},
    "statement.pipe_assert": "statement.pipe_operator", "function.change_history": "function.reads_tables",
    "function.vector_search": "function.reads_tables", "function.model": "function.sends_outside", "function.ai": "function.sends_outside",
    "function.external_query": "function.reads_outside", "function.object": "function.reads_outside"}
# Shapes of which a part needs faults or two callers: file and test.
ELSEWHERE = {
    "T36": ["test_bad_input.py test_upstream_answers_nonsense", "test_refusals.py test_a_denied_column_is_refused_and_the_fix_names_it",
            "test_wildcards.py test_a_tag_of_one_match_masks_all", "test_bad_input.py test_upstream_down"],
    "T37": ["test_crosscheck.py test_a_result_that_does_not_check_is_withheld",
            "test_crosscheck.py test_a_schema_that_changes_while_the_job_waits",
            "test_wildcards.py test_what_bigquery_says_it_read_must_be_pinned",
            "test_views.py test_a_view_that_changes_while_the_job_waits"],
    "T39": ["test_pages.py test_a_forged_cursor_is_unknown", "test_pages.py test_a_forged_job_id_is_unknown",
            "test_pages.py test_what_belongs_to_another_person_is_as_if_absent"],
    "T40": ["test_crosscheck.py test_a_caller_lowers_the_byte_cap_and_cannot_raise_it",
            "test_crosscheck.py test_jobs_carry_our_id_our_labels_and_no_cache"],
    "T42": ["test_crosscheck.py test_a_schema_that_changes_while_the_job_waits",
            "test_wildcards.py test_a_table_that_appears_after_the_check_is_not_read"],
    "T45": ["test_bad_input.py test_a_short_fault_is_retried", "test_bad_input.py test_a_lost_insert_answer_is_no_second_job",
            "test_crosscheck.py test_slow_jobs_run_on_and_are_cancelled"],
    "T46": ["test_refusals.py test_an_error_upstream_quotes_no_value", "test_zz_canaries.py test_nothing_that_agents_were_told_holds_a_canary"],
    "T47": ["test_crosscheck.py test_jobs_carry_our_id_our_labels_and_no_cache"],
}
