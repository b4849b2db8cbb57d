package io.releve.mysql.datasource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.releve.mysql.config.MySqlServers;
import io.releve.mysql.config.Tls;
import io.releve.mysql.testing.FakeActiveNodes;
import io.releve.mysql.testing.FaultyLink;
import io.releve.mysql.testing.FaultyLink.Fault;
import io.releve.mysql.testing.TestRing;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an application is told when the way to a real server breaks. */
class LostConnectionIT {

    @TempDir
    static Path directory;

    private static TestRing ring;

    private final FakeActiveNodes cluster = new FakeActiveNodes();
    private FaultyLink link;
    private FailoverDataSource dataSource;

    @BeforeAll
    static void startServers() throws SQLException {
        ring = new TestRing(directory, 2).start();
        ring.member(1).execute("CREATE TABLE note (id VARCHAR(60) PRIMARY KEY)");
        ring.member(2).awaitAllOf(ring.member(1));
    }

    @AfterAll
    static void stopServers() {
        ring.close();
    }

    @BeforeEach
    void connect() {
        link = new FaultyLink(ring.servers().all().get(0).port());
        MySqlServers behindTheLink = MySqlServers.builder()
                .server("serv1", "127.0.0.1", link.port())
                .server("serv2", "127.0.0.1", ring.servers().all().get(1).port())
                .build();
        cluster.say("serv1", 1);
        dataSource = FailoverDataSource.builder()
                .cluster(cluster)
                .follow("mysql")
                .servers(behindTheLink)
                .database("expenses_db")
                .user("expenses")
                .password("app"::toCharArray)
                .tls(Tls.off())
                .connectionTimeout(Duration.ofSeconds(20))
                .build();
    }

    @AfterEach
    void disconnect() throws Exception {
        link.heal();
        dataSource.close();
        link.close();
    }

    private static void insert(Connection connection, String id) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO note VALUES (?)")) {
            insert.setString(1, id);
            insert.executeUpdate();
        }
    }

    private static int stored(String id) throws SQLException {
        return ring.member(1)
                .query("SELECT id FROM note WHERE id = '" + id + "'")
                .size();
    }

    private static Throwable failureOf(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        Throwable failure = catchThrowableOfType(SQLException.class, call);
        assertThat(failure).isNotNull();
        return failure;
    }

    @Test
    void shouldSayThatNothingHappenedWhenTheConnectionIsLostWithinATransaction() throws Exception {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            insert(connection, "lost-1");
            link.fail(Fault.RESET_AFTER, "lost-2");

            Throwable failure = failureOf(() -> insert(connection, "lost-2"));
            assertThat(failure).isInstanceOf(ConnectionReplacedException.class);
            assertThat(((SQLException) failure).getSQLState()).isEqualTo("08S02");
            // Frameworks do so, and would tell of a rollback that failed instead of the loss.
            connection.rollback();
            connection.close();
            assertThatThrownBy(connection::rollback).hasMessageContaining("closed");
        }
        assertThat(stored("lost-1") + stored("lost-2")).isZero();
        try (Connection next = dataSource.getConnection()) {
            insert(next, "next");
        }
        assertThat(stored("next")).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"RESET_BEFORE", "RESET_AFTER"})
    void shouldNotPretendToKnowWhatBecameOfALostCommit(Fault fault) throws Exception {
        String id = "commit-" + fault;
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            insert(connection, id);
            link.failCommit(fault);

            Throwable failure = failureOf(connection::commit);
            assertThat(failure).isInstanceOf(CommitOutcomeUnknownException.class);
            assertThat(((SQLException) failure).getSQLState()).isEqualTo("08007");
        }
        assertThat(stored(id)).isEqualTo(fault == Fault.RESET_AFTER ? 1 : 0);
    }

    @ParameterizedTest
    @EnumSource(names = {"RESET_BEFORE", "RESET_AFTER"})
    void shouldNotPretendToKnowWhatBecameOfALostStatementThatCommitsByItself(Fault fault) throws Exception {
        try (Connection connection = dataSource.getConnection()) {
            link.fail(fault, "auto-" + fault.name().toLowerCase(Locale.ROOT));
            assertThat(failureOf(() -> insert(connection, "auto-" + fault)))
                    .isInstanceOf(CommitOutcomeUnknownException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT 4711", "/* first */ (SELECT 4711)", "-- first\n SHOW VARIABLES LIKE '4711'"})
    void shouldSayThatALostReadHasChangedNothing(String sql) throws Exception {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            link.fail(Fault.RESET_AFTER, "4711");
            assertThat(failureOf(() -> statement.execute(sql))).isInstanceOf(ConnectionReplacedException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESET_BEFORE", "RESET_AFTER"})
    void shouldFindOutWhatBecameOfALostCommitAndRunOnlyWhatDidNotHappen(Fault fault) throws Exception {
        String id = "guarded-" + fault;
        AtomicInteger runs = new AtomicInteger();
        dataSource.inTransaction(connection -> "the table exists from here on", RetryPolicy.guarded(Duration.ZERO));
        link.failCommit(fault);

        String result = dataSource.inTransaction(
                connection -> {
                    // Not a key of the application's would keep a second run from being stored.
                    insert(connection, id + "-" + runs.incrementAndGet());
                    return "run " + runs.get();
                },
                RetryPolicy.guarded(Duration.ofSeconds(20)));

        int expected = fault == Fault.RESET_AFTER ? 1 : 2;
        assertThat(result).isEqualTo("run " + expected);
        assertThat(ring.member(1).query("SELECT id FROM note WHERE id LIKE '" + id + "%'"))
                .hasSize(1);
    }

    @Test
    void shouldLeaveTheOutcomeOpenWhereNothingGuardsIt() {
        link.failCommit(Fault.RESET_AFTER);
        AtomicInteger runs = new AtomicInteger();

        assertThatThrownBy(() -> dataSource.inTransaction(
                        connection -> {
                            insert(connection, "unguarded");
                            return runs.incrementAndGet();
                        },
                        new RetryPolicy(5, Duration.ofSeconds(20), false)))
                .isInstanceOf(CommitOutcomeUnknownException.class);
        assertThat(runs).hasValue(1);
    }

    @Test
    void shouldRunWorkAgainThatLostItsConnectionBeforeTheCommit() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        link.fail(Fault.RESET_AFTER, "before-the-commit");

        dataSource.inTransaction(
                connection -> {
                    int run = runs.incrementAndGet();
                    insert(connection, "before-the-commit");
                    return run;
                },
                new RetryPolicy(2, Duration.ofSeconds(20), false));
        assertThat(runs).hasValue(2);
        assertThat(stored("before-the-commit")).isEqualTo(1);
    }

    @Test
    void shouldKeepTheGuardsTableSmall() throws Exception {
        for (int i = 0; i < 40; i++) {
            dataSource.inTransaction(connection -> "done", RetryPolicy.guarded(Duration.ZERO));
        }
        assertThat(ring.member(1).query("SELECT token FROM releve_commit WHERE committed = 1"))
                .hasSizeLessThan(10);
    }

    /** Waiting in the former server's pool, it would hear of the next one only when it has waited there for nothing. */
    @Test
    void shouldLendFromTheNextServerAtOnceToWhoeverHasLostTheFormerOne() throws Exception {
        try (Connection connection = dataSource.getConnection()) {
            link.close();
            assertThat(failureOf(() -> insert(connection, "gone"))).isInstanceOf(CommitOutcomeUnknownException.class);
        }
        CompletableFuture<Long> lent = CompletableFuture.supplyAsync(() -> {
            try (Connection next = dataSource.getConnection()) {
                return System.nanoTime();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        while (dataSource.succession().waiting() == 0 && !lent.isDone()) {
            Thread.onSpinWait();
        }
        long told = System.nanoTime();
        cluster.say("serv2", 2);

        assertThat(Duration.ofNanos(lent.get(10, TimeUnit.SECONDS) - told)).isLessThan(Duration.ofMillis(200));
    }

    @Test
    void shouldEndWorkInFlightWithinMillisecondsOfTheDecisionAndNotOfASocketTimeout() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            CompletableFuture<Throwable> failure = CompletableFuture.supplyAsync(() -> {
                asked.countDown();
                return failureOf(() -> statement.execute("SELECT SLEEP(60)"));
            });
            asked.await();
            link.fail(Fault.BLACK_HOLE, "");
            long decided = System.nanoTime();
            cluster.say("serv2", 2);

            assertThat(failure.get(10, TimeUnit.SECONDS)).isInstanceOf(ConnectionReplacedException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - decided)).isLessThan(Duration.ofSeconds(2));
        }
    }
}
