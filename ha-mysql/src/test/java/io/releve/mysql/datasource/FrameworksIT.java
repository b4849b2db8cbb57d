package io.releve.mysql.datasource;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.mysql.testing.ServerBinaries;
import io.releve.mysql.testing.TestCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Frameworks that know nothing of the cluster, on a FailoverDataSource whose primary is killed. */
@Timeout(180)
class FrameworksIT {

    private static final Logger LOG = LoggerFactory.getLogger(FrameworksIT.class);
    private static final int ROWS = 100;

    @TempDir
    Path directory;

    /** What an application counts of its transactions. */
    private static final class Book {
        private final Set<Integer> acknowledged = new TreeSet<>();
        private final Set<Integer> unknown = new TreeSet<>();
        private int runAgain;
    }

    /** One transaction that writes a row. */
    @FunctionalInterface
    private interface Writing {

        /**
         * Writes it.
         *
         * @return the SQLState of what failed; empty if it was committed
         */
        String write(int id);
    }

    /** A read that must see everything that was acknowledged. */
    @FunctionalInterface
    private interface Reading {

        /** How many rows there are; negative if it must be read again. */
        int read();
    }

    @BeforeAll
    static void keepJooqQuiet() {
        System.setProperty("org.jooq.no-logo", "true");
        System.setProperty("org.jooq.no-tips", "true");
    }

    private TestCluster cluster() throws Exception {
        TestCluster cluster = new TestCluster(directory, 3, agent -> agent).start();
        cluster.awaitHolders("three", set -> set.replicas().size() == 2);
        cluster.administer(cluster.primary(), "CREATE TABLE expenses_db.note (id INT PRIMARY KEY)");
        return cluster;
    }

    private static FailoverDataSourceBuilder builder(TestCluster cluster) {
        return cluster.dataSourceBuilder("serv3").readers(ReaderPolicy.within(Duration.ofSeconds(3)));
    }

    /** Writes rows and reads them back; in the middle of it the primary is killed. */
    private static Book failOver(TestCluster cluster, Writing writing, Reading reading) throws Exception {
        Book book = new Book();
        String first = cluster.primary();
        for (int id = 1; id <= ROWS; id++) {
            if (id == ROWS / 2) {
                cluster.killServer(first);
            }
            write(book, writing, id);
            int rows = reading.read();
            while (rows < 0) {
                book.runAgain++;
                rows = reading.read();
            }
            assertThat(rows)
                    .as("rows read back of %d", id)
                    .isBetween(book.acknowledged.size(), book.acknowledged.size() + book.unknown.size());
        }
        String second = cluster.primary();
        assertThat(second).isNotEqualTo(first);
        assertThat(cluster.query(second, "SELECT id FROM expenses_db.note"))
                .containsAll(book.acknowledged.stream().map(String::valueOf).toList());
        LOG.info(
                "{} acknowledged, {} of unknown outcome, {} run again",
                book.acknowledged.size(),
                book.unknown.size(),
                book.runAgain);
        assertThat(book.acknowledged.size() + book.unknown.size()).isEqualTo(ROWS);
        assertThat(book.unknown.size() + book.runAgain).as("the kill was felt").isPositive();
        return book;
    }

    private static void write(Book book, Writing writing, int id) {
        while (true) {
            switch (writing.write(id)) {
                case "" -> {
                    book.acknowledged.add(id);
                    return;
                }
                case "08S02" -> book.runAgain++;
                case "08007" -> {
                    book.unknown.add(id);
                    return;
                }
                default -> throw new AssertionError("row " + id + " failed otherwise");
            }
        }
    }

    @Test
    void shouldCarrySpringsTransactionsThroughAFailover() throws Exception {
        try (TestCluster cluster = cluster();
                FailoverDataSource dataSource =
                        builder(cluster).routeReadOnly(true).build()) {
            JdbcTemplate jdbc = new JdbcTemplate(dataSource);
            JdbcTransactionManager manager = new JdbcTransactionManager(dataSource);
            TransactionTemplate writing = new TransactionTemplate(manager);
            TransactionTemplate reading = new TransactionTemplate(manager);
            // As @Transactional(readOnly = true) does.
            reading.setReadOnly(true);
            Set<Integer> readFrom = new TreeSet<>();

            failOver(
                    cluster,
                    id -> {
                        try {
                            writing.executeWithoutResult(status -> jdbc.update("INSERT INTO note VALUES (?)", id));
                            return "";
                        } catch (RecoverableDataAccessException replaced) {
                            return "08S02";
                        } catch (DataAccessResourceFailureException unknown) {
                            assertThat(unknown).hasCauseInstanceOf(CommitOutcomeUnknownException.class);
                            return "08007";
                        }
                    },
                    () -> {
                        try {
                            Integer rows = reading.execute(status -> {
                                readFrom.add(jdbc.queryForObject("SELECT @@global.server_id % 1000000", Integer.class));
                                return jdbc.queryForObject("SELECT COUNT(*) FROM note", Integer.class);
                            });
                            return rows == null ? -1 : rows;
                        } catch (RecoverableDataAccessException replaced) {
                            return -1;
                        }
                    });
            assertThat(readFrom).as("servers that were read from").hasSizeGreaterThan(1);
        }
    }

    @Test
    void shouldCarryJooqsTransactionsThroughAFailover() throws Exception {
        SQLDialect dialect = ServerBinaries.isMariaDb() ? SQLDialect.MARIADB : SQLDialect.MYSQL;
        try (TestCluster cluster = cluster();
                FailoverDataSource dataSource = builder(cluster).build()) {
            DSLContext writing = DSL.using(dataSource, dialect);
            DSLContext reading = DSL.using(dataSource.readers().afterOwnWrites(), dialect);

            failOver(
                    cluster,
                    id -> {
                        try {
                            writing.transaction(transaction -> DSL.using(transaction)
                                    .insertInto(DSL.table("note"), DSL.field("id"))
                                    .values(id)
                                    .execute());
                            return "";
                        } catch (org.jooq.exception.DataAccessException e) {
                            return e.sqlState();
                        }
                    },
                    () -> {
                        try {
                            return reading.fetchCount(DSL.table("note"));
                        } catch (org.jooq.exception.DataAccessException e) {
                            assertThat(e.sqlState()).isEqualTo("08S02");
                            return -1;
                        }
                    });
        }
    }
}
