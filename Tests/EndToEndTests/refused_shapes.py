"""What is refused of `bigquery.md` 5.2 and 5.4: the code, a word of the advice, and texts.

`tables`: what can be written in FROM. `pipes`: operators after `FROM bank.customers |> `. `statements`: whole texts.
"""

TABLES = [
    ("table.decorator", "WHERE", ["`bank.transactions$20250101`", "`bank.customers@-3600000`", "`bank.customers@0`"]),
    ("table.hidden", "list_tables", ["`demo._anon123.anon456`", "_SESSION.t", "_script1.t", "bank.__TABLES__",
                                     "bank.__TABLES_SUMMARY__"]),
    ("table.hidden", "describe_table", ["bank.__PARTITIONS_SUMMARY__"]),
    ("table.information_schema", "list_tables", ["bank.INFORMATION_SCHEMA.TABLES", "bank.INFORMATION_SCHEMA.VIEWS",
                                                 "`bank.INFORMATION_SCHEMA.TABLE_SNAPSHOTS`"]),
    ("table.information_schema", "describe_table", [
        "bank.INFORMATION_SCHEMA.COLUMNS", "demo.bank.information_schema.column_field_paths",
        "bank.INFORMATION_SCHEMA.TABLE_OPTIONS", "bank.INFORMATION_SCHEMA.PARTITIONS"]),
    ("table.information_schema", "search_schema", ["bank.INFORMATION_SCHEMA.COLUMNS"]),
    ("table.information_schema", "list_datasets", [
        "INFORMATION_SCHEMA.SCHEMATA", "demo.INFORMATION_SCHEMA.SCHEMATA_OPTIONS",
        "`region-us`.INFORMATION_SCHEMA.SCHEMATA"]),
    ("table.information_schema", "scrim audit", [
        "`region-us`.INFORMATION_SCHEMA.JOBS", "demo.`region-us`.INFORMATION_SCHEMA.JOBS_BY_PROJECT",
        "`demo.region-us.INFORMATION_SCHEMA.JOBS_BY_USER`", "`region-us`.INFORMATION_SCHEMA.JOBS_TIMELINE",
        "`region-us`.INFORMATION_SCHEMA.SESSIONS_BY_USER"]),
    ("table.information_schema", "not offered", [
        f"`region-us`.INFORMATION_SCHEMA.{view}" for view in (
            "ROUTINES", "OBJECT_PRIVILEGES", "TABLE_STORAGE", "SEARCH_INDEXES", "PROPERTY_GRAPHS", "STREAMING_TIMELINE",
            "WRITE_API_TIMELINE", "INSIGHTS", "RECOMMENDATIONS", "RESERVATIONS")]),
    ("table.path", "project.dataset.table", ["a.b.c.d"]),
    ("table.wildcard", "end", ["`analytics.*events`", "`anal*.events`"]),
    ("function.not_found", "of a dataset", ["bank.tvf(1)", "bank.tvf(TABLE bank.customers)", "bank.tvf((SELECT 1))"]),
    ("function.table_argument", "TABLE", [
        "GAP_FILL(1, 'x')", "GAP_FILL(MODEL bank.m)", "GAP_FILL(TABLE bank.customers WHERE TRUE, 'x', INTERVAL 1 DAY)",
        "RANGE_SESSIONIZE(TABLE bank.tvf(1), 'x', ['y'])"]),
    ("function.change_history", "owner", ["APPENDS(TABLE bank.customers, NULL, NULL)",
                                          "CHANGES(TABLE bank.customers, NULL, NULL)"]),
    ("function.vector_search", "COSINE_DISTANCE", ["VECTOR_SEARCH(TABLE bank.customers, 'e', TABLE bank.accounts)",
                                                   "AI.SEARCH(TABLE bank.customers, 'e', 'x')"]),
    ("function.external_query", "owner", ["EXTERNAL_QUERY('c', 'SELECT 1')"]),
    ("function.object", "owner", ["EXTERNAL_OBJECT_TRANSFORM(TABLE bank.customers, ['SIGNED_URL'])"]),
    ("function.graph", "join", ["GRAPH_EXPAND('bank.g')", "BQ.SHOW_GRAPH_EXPAND_SCHEMA('bank.g')"]),
    ("statement.graph", "join", ["GRAPH_TABLE(bank.g MATCH (n) RETURN n.id)"]),
    ("function.model", "owner", [
        f"ML.{name}(MODEL bank.m, TABLE bank.customers)" for name in (
            "PREDICT", "EVALUATE", "FORECAST", "DETECT_ANOMALIES", "RECOMMEND", "TRANSFORM", "EXPLAIN_PREDICT",
            "WEIGHTS", "CENTROIDS", "TRIAL_INFO", "FEATURE_INFO", "TRAINING_INFO", "ROC_CURVE", "CONFUSION_MATRIX",
            "GENERATE_TEXT", "FEATURES_AT_TIME", "ENTITY_FEATURES_AT_TIME", "VALIDATE_DATA_DRIFT", "TFDV_DESCRIBE",
            "NEW_OF_GOOGLES")]),
    ("function.ai", "masked columns", [f"AI.{name}(TABLE bank.customers)" for name in (
        "FORECAST", "EVALUATE", "DETECT_ANOMALIES", "KEY_DRIVERS", "GENERATE_TABLE", "NEW_OF_GOOGLES")]),
    ("table.suffix", "literals", ["bank.customers FOR SYSTEM_TIME AS OF (SELECT MAX(created_at) FROM bank.customers)"]),
    ("table.sample", "SYSTEM", ["bank.customers TABLESAMPLE RESERVOIR (1 ROWS) WITH WEIGHT"]),
    ("statement.match_recognize", "use_longest_match", [
        "bank.customers MATCH_RECOGNIZE(ORDER BY email MEASURES COUNT(*) AS n PATTERN (a) DEFINE a AS TRUE "
        "OPTIONS(x = 1))"]),
    ("syntax.invalid", "correct", ["[demo:bank.customers]"]),
]
VALUES = [
    ("function.identity", "service account", ["SESSION_USER()"]),
    ("function.not_found", "of a dataset", ["bank.f(1)", "`demo.bank.f`(1)"]),
    ("function.unknown", "BigQuery", ["NO_SUCH_FUNCTION(1)"]),
    ("function.object", "owner", ["OBJ.GET_ACCESS_URL('a', 'r')", "OBJ.GET_READ_URL('a')", "OBJ.MAKE_REF('a', 'b')",
                                  "OBJ.FETCH_METADATA('a')"]),
    ("function.ai", "masked columns", [f"AI.{name}('a')" for name in (
        "GENERATE", "GENERATE_BOOL", "GENERATE_INT", "GENERATE_DOUBLE", "GENERATE_TEXT", "GENERATE_EMBEDDING", "IF",
        "CLASSIFY", "SCORE", "AGG", "EMBED", "SIMILARITY", "COUNT_TOKENS")]),
    ("function.uses_keys", "masked values", [
        "DLP_DETERMINISTIC_DECRYPT(b'', '', '')", "AEAD.DECRYPT_STRING(b'', b'', '')", "KEYS.KEYSET_CHAIN('k', b'')"]),
    ("function.system_procedure", "cancel_job", ["BQ.JOBS.CANCEL('x')"]),
    ("parameter.system_variable", "list_datasets", ["@@dataset_id", "@@dataset_project_id", "@@project_id"]),
    ("parameter.system_variable", "argument", ["@@time_zone"]),
    ("parameter.system_variable", "answer", ["@@session_id", "@@current_job_id", "@@row_count"]),
    ("parameter.system_variable", "proxy", ["@@query_label", "@@reservation", "@@location"]),
    ("parameter.system_variable", "leave", ["@@error.message", "@@script.job_id"]),
    ("column.pseudo", "describe_table", ["_FILE_NAME", "_CHANGE_TYPE", "_CHANGE_SEQUENCE_NUMBER"]),
]
PIPES = [
    ("statement.pipe_assert", "rows", ["ASSERT email IS NULL"]), ("statement.pipe_log", "query", ["LOG"]),
    ("statement.pipe_describe", "describe_table", ["DESCRIBE"]),
    ("statement.pipe_static_describe", "estimate_query", ["STATIC_DESCRIBE"]),
    ("statement.pipe_if", "condition", ["IF TRUE THEN (|> LIMIT 1)"]),
    ("statement.pipe_fork", "branch", ["FORK (|> LIMIT 1), (|> LIMIT 2)"]),
    ("statement.pipe_tee", "branch", ["TEE (|> LIMIT 1)"]),
    ("statement.pipe_recursive_union", "WITH RECURSIVE", ["RECURSIVE UNION ALL (FROM bank.customers) AS r"]),
    ("statement.pipe_export_data", "fetch_page", ["EXPORT DATA OPTIONS (uri = 'gs://x/*')"]),
    ("statement.pipe_create_table", "WITH", ["CREATE TABLE bank.x", "CREATE TEMP TABLE x"]),
    ("statement.pipe_insert", "nothing", ["INSERT INTO bank.x"]),
    ("function.table_function", "parentheses", ["CALL bank.tvf(1)"]),
    ("function.model", "owner", ["CALL ML.PREDICT(MODEL bank.m)"]),
    ("table.suffix", "directly", ["LIMIT 9 |> TABLESAMPLE SYSTEM (1 PERCENT)"]),
]
_READ_ONLY = "nothing can be written"
STATEMENTS = [
    ("statement.several", "one statement", ["SELECT 1; SELECT 2"]),
    ("statement.script", "WITH RECURSIVE", [
        "DECLARE x INT64; BEGIN SELECT 1; END", "BEGIN SELECT 1; EXCEPTION WHEN ERROR THEN SELECT 2; END", "RAISE",
        "RETURN", "BREAK", "IF TRUE THEN SELECT 1; END IF", "LOOP SELECT 1; END LOOP",
        "WHILE TRUE DO SELECT 1; END WHILE",
        "REPEAT SELECT 1; UNTIL TRUE END REPEAT", "FOR r IN (SELECT 1) DO SELECT 1; END FOR",
        "CASE WHEN TRUE THEN SELECT 1; END CASE"]),
    ("statement.set", "parameter", ["SET x = 1", "SET @@time_zone = 'UTC'"]),
    ("statement.execute_immediate", "query", ["EXECUTE IMMEDIATE 'SELECT 1'"]),
    ("statement.call", "cancel_job", ["CALL bank.p()", "CALL BQ.JOBS.CANCEL('x')", "CALL BQ.ABORT_SESSION()",
                                      "CALL BQ.REFRESH_MATERIALIZED_VIEW('x')"]),
    ("statement.create_table", "SELECT", [
        "CREATE TABLE bank.c AS SELECT 1 AS x", "CREATE OR REPLACE TEMP TABLE c AS SELECT 1 AS x",
        "CREATE TABLE bank.c LIKE bank.customers", "CREATE TABLE bank.c COPY bank.customers",
        "CREATE TABLE bank.c CLONE bank.customers", "CREATE SNAPSHOT TABLE bank.c CLONE bank.customers",
        "CREATE EXTERNAL TABLE bank.c OPTIONS (uris = ['gs://x'])"]),
    ("statement.create_view", "SELECT", [
        "CREATE VIEW bank.v AS SELECT 1 AS x", "CREATE MATERIALIZED VIEW bank.v AS SELECT 1 AS x",
        "CREATE MATERIALIZED VIEW bank.v AS REPLICA OF bank.w"]),
    ("statement.create_function", "query itself", [
        "CREATE FUNCTION bank.f() AS (1)", "CREATE AGGREGATE FUNCTION bank.f(x INT64) AS (SUM(x))",
        "CREATE TABLE FUNCTION bank.f() AS SELECT 1"]),
    ("statement.create_procedure", "query", ["CREATE PROCEDURE bank.p() BEGIN SELECT 1; END"]),
    ("statement.create_model", "owner", ["CREATE MODEL bank.m OPTIONS (model_type = 'x') AS SELECT 1"]),
    ("statement.create", _READ_ONLY, [
        "CREATE SCHEMA s", "CREATE CONNECTION c OPTIONS ()", "CREATE SEARCH INDEX i ON bank.customers (ALL COLUMNS)",
        "CREATE ROW ACCESS POLICY p ON bank.customers GRANT TO ('user:a@b') FILTER USING (TRUE)",
        "CREATE DATA_POLICY p OPTIONS ()", "CREATE VECTOR INDEX i ON bank.customers (x)",
        "CREATE PROPERTY GRAPH bank.g NODE TABLES (bank.customers)", "CREATE CAPACITY `a.b.c` OPTIONS ()",
        "CREATE RESERVATION `a.b.c` OPTIONS ()", "CREATE ASSIGNMENT `a.b.c` OPTIONS ()"]),
    ("statement.alter", _READ_ONLY, ["ALTER TABLE bank.customers ADD COLUMN x INT64",
                                     "ALTER SCHEMA bank SET OPTIONS ()"]),
    ("statement.drop", _READ_ONLY, ["DROP TABLE bank.customers", "DROP SNAPSHOT TABLE bank.x", "DROP FUNCTION bank.f"]),
    ("statement.undrop", _READ_ONLY, ["UNDROP SCHEMA bank"]), ("statement.rename", _READ_ONLY, ["RENAME TABLE a TO b"]),
    ("statement.insert", _READ_ONLY, ["INSERT INTO bank.c VALUES (1)"]),
    ("statement.update", _READ_ONLY, ["UPDATE bank.c SET x = 1 WHERE TRUE"]),
    ("statement.delete", _READ_ONLY, ["DELETE FROM bank.c WHERE TRUE"]),
    ("statement.merge", _READ_ONLY, ["MERGE bank.c USING bank.c AS b ON FALSE WHEN MATCHED THEN DELETE"]),
    ("statement.truncate", _READ_ONLY, ["TRUNCATE TABLE bank.c"]),
    ("statement.load", _READ_ONLY, ["LOAD DATA INTO bank.c FROM FILES (uris = ['gs://x'])"]),
    ("statement.export", "fetch_page", ["EXPORT DATA OPTIONS (uri = 'gs://x/*') AS SELECT 1",
                                        "EXPORT MODEL bank.m OPTIONS (uri = 'gs://x')",
                                        "EXPORT TABLE METADATA FROM bank.c"]),
    ("statement.grant", "administrator", ["GRANT `roles/x` ON SCHEMA bank TO 'user:a@b'"]),
    ("statement.revoke", "administrator", ["REVOKE `roles/x` ON SCHEMA bank FROM 'user:a@b'"]),
    ("statement.assert", "rows", ["ASSERT EXISTS (SELECT 1 FROM bank.customers WHERE ssn = '1')"]),
    ("statement.transaction", "one query", ["BEGIN TRANSACTION", "BEGIN", "COMMIT TRANSACTION", "ROLLBACK"]),
    ("statement.explain", "estimate_query", ["EXPLAIN SELECT 1"]),
    ("statement.describe", "describe_table", ["DESCRIBE bank.customers"]),
    ("statement.show", "list_tables", ["SHOW TABLES"]), ("statement.analyze", _READ_ONLY, ["ANALYZE"]),
    ("statement.module", "query itself", ["IMPORT MODULE x", "MODULE x"]),
    ("statement.define", "WITH", ["DEFINE TABLE x (a = 1)"]), ("statement.batch", "one query", ["RUN BATCH"]),
    ("statement.clone", _READ_ONLY, ["CLONE DATA INTO bank.c FROM bank.customers"]),
    ("statement.graph", "join", ["GRAPH bank.g MATCH (n) RETURN n.id"]),
    ("statement.legacy_sql", "GoogleSQL", ["#legacySQL\nSELECT 1", "  #LegacySQL \nSELECT 1"]),
    ("statement.select_with", "leave", [
        "SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS (epsilon = 1) COUNT(*) FROM bank.customers",
        "SELECT WITH AGGREGATION_THRESHOLD OPTIONS (threshold = 1) COUNT(*) FROM bank.customers"]),
    ("table.clause", "SELECT", ["TABLE bank.customers"]),
    ("syntax.type", "STRUCT", ["SELECT AS bank.my_type 1 AS x", "SELECT NEW bank.my_type(1 AS x)"]),
]
REFUSED_SHAPES = [
    *((code, advice, f"SELECT * FROM {text}") for code, advice, texts in TABLES for text in texts),
    *((code, advice, f"SELECT {text} AS v FROM bank.branches") for code, advice, texts in VALUES for text in texts),
    *((code, advice, f"FROM bank.customers |> {text}") for code, advice, texts in PIPES for text in texts),
    *((code, advice, text) for code, advice, texts in STATEMENTS for text in texts)]
