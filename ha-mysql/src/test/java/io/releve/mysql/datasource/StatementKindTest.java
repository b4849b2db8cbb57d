package io.releve.mysql.datasource;

import static io.releve.mysql.datasource.StatementKind.MAY_COMMIT;
import static io.releve.mysql.datasource.StatementKind.READS;
import static io.releve.mysql.datasource.StatementKind.WRITES;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatementKindTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1",
                "  select 1;",
                "(SELECT 1) UNION (SELECT 2)",
                "/* hint */ SELECT 1",
                "-- comment\n# another\nSHOW TABLES",
                "EXPLAIN DELETE FROM t"
            })
    void shouldKnowWhatOnlyReads(String sql) {
        assertThat(StatementKind.of(sql)).isEqualTo(READS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"INSERT INTO t VALUES (1)", "update t set a=1", "ROLLBACK", "SAVEPOINT a"})
    void shouldKnowWhatWritesWithinTheTransaction(String sql) {
        assertThat(StatementKind.of(sql)).isEqualTo(WRITES);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "COMMIT",
                "CREATE TABLE t (a INT)",
                "CALL something()",
                "SET autocommit=1",
                "START TRANSACTION",
                "WITH x AS (SELECT 1) DELETE FROM t",
                "/*!50000 COMMIT */",
                "SELECT 1; COMMIT",
                "INSERT INTO t VALUES (';x')",
                "",
                "/* never closed"
            })
    void shouldExpectTheWorstOfAllElse(String sql) {
        assertThat(StatementKind.of(sql)).isEqualTo(MAY_COMMIT);
    }
}
