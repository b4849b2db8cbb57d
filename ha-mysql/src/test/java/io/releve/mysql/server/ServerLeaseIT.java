package io.releve.mysql.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.releve.mysql.replication.LeaseSession;
import io.releve.mysql.testing.LeaseHolderProgram;
import io.releve.mysql.testing.TestLease;
import io.releve.mysql.testing.TestServer;
import io.releve.mysql.testing.Writer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The figures that it logs are the ones in docs/mysql.md. */
class ServerLeaseIT {

    private static final Logger LOG = LoggerFactory.getLogger(ServerLeaseIT.class);
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** For a machine that is busy with other things: the guard needs a processor, too. */
    private static final Duration TOLERANCE = Duration.ofMillis(200);

    @TempDir
    static Path directory;

    private static TestServer server;

    private final Told told = new Told();
    private TestLease lease = new TestLease(SECOND);
    private ServerLease held;

    /** What the listener was told. */
    private static final class Told implements ServerLease.Listener {
        final BlockingQueue<String> all = new LinkedBlockingQueue<>();

        @Override
        public void closed(String reason) {
            all.add("closed: " + reason);
        }

        @Override
        public void unguarded(String reason) {
            all.add("unguarded: " + reason);
        }

        String next() {
            try {
                return String.valueOf(all.poll(LIMIT.toMillis(), TimeUnit.MILLISECONDS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return "interrupted";
            }
        }
    }

    @BeforeAll
    static void start() throws SQLException {
        server = TestServer.start(directory);
        server.administer("CREATE TABLE expenses_db.rows_written (id BIGINT AUTO_INCREMENT PRIMARY KEY) ENGINE=InnoDB");
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void begin() throws SQLException {
        close(server);
        leaseOf(SECOND);
    }

    private void leaseOf(Duration length) throws SQLException {
        lease.close();
        if (held != null) {
            held.close();
        }
        lease = new TestLease(length);
        held = new ServerLease("test", server.administrator(), lease, told);
        held.install(LIMIT);
    }

    @AfterEach
    void end() {
        lease.close();
        held.close();
    }

    private static void close(TestServer server) throws SQLException {
        if (server.isMariaDb()) {
            server.administer("SET GLOBAL read_only=1");
        } else {
            server.administer("SET GLOBAL super_read_only=1", "SET GLOBAL offline_mode=0");
        }
    }

    private boolean isClosed() throws SQLException {
        return server.ask("SELECT @@global.read_only").equals("1");
    }

    private void open() throws SQLException {
        lease.keep();
        held.acquire(LIMIT);
        held.open(LIMIT);
        assertThat(isClosed()).isFalse();
    }

    private static void awaitRows(Writer writer, long count) {
        while (writer.rows() < count && !writer.isRefused()) {
            Thread.onSpinWait();
        }
        assertThat(writer.isRefused()).isFalse();
    }

    @Test
    void shouldCloseAServerWhoseAgentIsKilled() throws Exception {
        try (Connection connection = server.connect()) {
            Process jvm = holder(Duration.ofSeconds(3));
            try {
                Writer writer = Writer.on(connection);
                awaitRows(writer, 50);
                long killed = System.nanoTime();
                jvm.destroyForcibly();
                Duration took = writer.lastAcknowledgedAfter(killed, LIMIT);
                LOG.info("agent killed: last write acknowledged {} ms later", took.toMillis());
                assertThat(took).isLessThan(Duration.ofMillis(1200));
            } finally {
                jvm.destroyForcibly();
            }
        }
    }

    @Test
    void shouldCloseAServerWhoseAgentIsFrozen() throws Exception {
        try (Connection connection = server.connect()) {
            Process jvm = holder(SECOND);
            try {
                Writer writer = Writer.on(connection);
                awaitRows(writer, 50);
                long frozen = System.nanoTime();
                new ProcessBuilder("kill", "-STOP", Long.toString(jvm.pid()))
                        .start()
                        .waitFor();
                Duration took = writer.lastAcknowledgedAfter(frozen, LIMIT);
                LOG.info("agent frozen, lease 1000 ms: last write acknowledged {} ms later", took.toMillis());
                assertThat(took).isLessThan(SECOND.plus(TOLERANCE));
                new ProcessBuilder("kill", "-CONT", Long.toString(jvm.pid()))
                        .start()
                        .waitFor();
                assertThat(isClosed()).isTrue();
            } finally {
                jvm.destroyForcibly();
            }
        }
    }

    private static Process holder(Duration length) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LeaseHolderProgram.class.getName(),
                        Integer.toString(server.port()),
                        Long.toString(length.toMillis()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        assertThat(output.readLine()).isEqualTo("open");
        return process;
    }

    @Test
    void shouldCloseBeforeALeaseEndsThatNobodyRenews() throws Exception {
        for (int millis : new int[] {3000, 1000, 500}) {
            leaseOf(Duration.ofMillis(millis));
            open();
            try (Connection connection = server.connect()) {
                Writer writer = Writer.on(connection);
                awaitRows(writer, 50);
                lease.close();
                Duration took = writer.lastAcknowledgedAfter(lease.end(), LIMIT);
                LOG.info(
                        "lease of {} ms not renewed: last write acknowledged {} ms before its end",
                        millis,
                        -took.toMillis());
                assertThat(took).isLessThan(TOLERANCE);
                assertThat(told.next()).startsWith("closed: ");
            }
            close(server);
        }
    }

    @Test
    void shouldEndALongStatementAndAnOpenTransaction() throws Exception {
        open();
        server.administer(
                "CREATE TABLE IF NOT EXISTS expenses_db.big (id INT PRIMARY KEY, n INT)",
                "DELETE FROM expenses_db.big");
        server.administer("INSERT INTO expenses_db.big VALUES (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 0)");
        try (Connection slow = server.connect();
                Connection idle = server.connect()) {
            idle.setAutoCommit(false);
            try (Statement statement = idle.createStatement()) {
                statement.execute("INSERT INTO rows_written VALUES ()");
            }
            CompletableFuture<Integer> update = CompletableFuture.supplyAsync(() -> {
                try (Statement statement = slow.createStatement()) {
                    return statement.executeUpdate("UPDATE big SET n = n + 1 + SLEEP(1)");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            lease.close();
            assertThat(told.next()).startsWith("closed: ");
            assertThatThrownBy(update::join).hasCauseInstanceOf(IllegalStateException.class);
            assertThatThrownBy(idle::commit).isInstanceOf(SQLException.class);
        }
        assertThat(isClosed()).isTrue();
        assertThat(server.ask("SELECT SUM(n) FROM expenses_db.big")).isEqualTo("0");
    }

    @Test
    void shouldNotLetAPreparedTransactionBeCommitted() throws Exception {
        open();
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("XA START 'later'");
            statement.execute("INSERT INTO rows_written VALUES ()");
            statement.execute("XA END 'later'");
            statement.execute("XA PREPARE 'later'");
        }
        String rows = server.ask("SELECT COUNT(*) FROM expenses_db.rows_written");
        try {
            lease.close();
            assertThat(told.next()).startsWith("closed: ");
            assertThatThrownBy(() -> {
                        try (Connection connection = server.connect();
                                Statement statement = connection.createStatement()) {
                            statement.execute("XA COMMIT 'later'");
                        }
                    })
                    .isInstanceOf(SQLException.class);
            assertThat(server.ask("SELECT COUNT(*) FROM expenses_db.rows_written"))
                    .isEqualTo(rows);
        } finally {
            server.administer("XA ROLLBACK 'later'");
        }
    }

    @Test
    void shouldCloseAServerThatWasOpenedWithoutALease() throws Exception {
        // Before it is opened: the guard may end a session that is just being made.
        try (Connection connection = server.connect()) {
            server.administer(
                    server.isMariaDb() ? "SET GLOBAL read_only=0" : "SET GLOBAL super_read_only=0",
                    "SET GLOBAL read_only=0");
            long opened = System.nanoTime();
            Duration took = Writer.on(connection).lastAcknowledgedAfter(opened, LIMIT);
            LOG.info("opened without a lease: last write acknowledged {} ms later", took.toMillis());
            assertThat(took).isLessThan(Duration.ofMillis(1500));
        }
    }

    @Test
    void shouldNotOpenWithoutTheLease() throws Exception {
        assertThatThrownBy(() -> held.open(LIMIT)).hasMessageContaining("lease is not held");
        lease.renew();
        held.acquire(LIMIT);
        // The server's deadline has passed, and this JVM has not noticed: as after a freeze.
        server.administer("DO SLEEP(1.1)");
        assertThatThrownBy(() -> held.open(LIMIT)).hasMessageContaining("lease is not held");
        assertThat(isClosed()).isTrue();
    }

    @Test
    void shouldCloseWhenTheLeaseIsGivenBack() throws Exception {
        open();
        try (Connection connection = server.connect()) {
            Writer writer = Writer.on(connection);
            awaitRows(writer, 10);
            held.release(LIMIT);
            long released = System.nanoTime();
            // Right after the opening the guard's first look may be a second away.
            assertThat(writer.lastAcknowledgedAfter(released, LIMIT)).isLessThan(Duration.ofMillis(1600));
        }
        assertThat(held.isHeld()).isFalse();
    }

    @Test
    void shouldNotWriteToTheBinaryLogWhenItRenews() throws Exception {
        open();
        String before = position();
        String renewed = server.ask("SELECT 1 + SLEEP(1.5)");
        assertThat(renewed).isEqualTo("1");
        assertThat(position()).isEqualTo(before);
        assertThat(told.all).isEmpty();
    }

    /** On a full disk a temporary table would keep the guard from closing the server, and the agent from asking. */
    @Test
    void shouldNeedNoSpaceOnTheDisk() throws Exception {
        String tables = "SELECT VARIABLE_VALUE FROM "
                + (server.isMariaDb() ? "information_schema.GLOBAL_STATUS" : "performance_schema.global_status")
                + " WHERE VARIABLE_NAME = 'Created_tmp_disk_tables'";
        String before = server.ask(tables);
        open();
        try (Connection connection = server.connect()) {
            Writer writer = Writer.on(connection);
            awaitRows(writer, 50);
            lease.close();
            assertThat(told.next()).startsWith("closed: ");
            writer.lastAcknowledgedAfter(System.nanoTime(), LIMIT);
        }
        assertThat(isClosed()).isTrue();
        assertThat(server.ask(tables)).isEqualTo(before);
    }

    private static String position() throws SQLException {
        String query = server.isMariaDb() ? "SELECT @@gtid_binlog_pos" : "SELECT @@global.gtid_executed";
        String status;
        try (Connection connection = server.administer();
                Statement statement = connection.createStatement();
                var row = statement.executeQuery(
                        server.ask("SELECT VERSION()").startsWith("8.0") || server.isMariaDb()
                                ? "SHOW MASTER STATUS"
                                : "SHOW BINARY LOG STATUS")) {
            row.next();
            status = row.getString(1) + ":" + row.getString(2);
        }
        return server.ask(query) + " at " + status;
    }

    @Test
    void shouldStayOpenUnderLoadAsLongAsTheLeaseIsRenewed() throws Exception {
        open();
        try (Connection connection = server.connect()) {
            Writer writer = Writer.on(connection);
            for (int second = 0; second < Integer.getInteger("releve.lease.seconds", 4); second++) {
                server.ask("SELECT SLEEP(1)");
            }
            assertThat(writer.isRefused()).isFalse();
            assertThat(told.all).isEmpty();
            LOG.info("{} rows written, no false alarm", writer.rows());
        }
    }

    @Test
    void shouldLeaveTheLeaseToTheOtherAsLongAsItRuns() throws Exception {
        open();
        try (TestLease second = new TestLease(SECOND).keep();
                ServerLease other = new ServerLease("other", server.administrator(), second, told)) {
            assertThatThrownBy(() -> other.acquire(LIMIT))
                    .isInstanceOf(LeaseSession.TakenException.class)
                    .hasMessageContaining("another JVM");
            lease.close();
            assertThat(told.next()).startsWith("closed: ");
            other.acquire(LIMIT);
            other.open(LIMIT);
            assertThat(isClosed()).isFalse();
        }
    }

    @Test
    void shouldSayThatTheGuardHasStopped() throws Exception {
        open();
        server.administer("DO SLEEP(1)", "SET GLOBAL event_scheduler=OFF");
        try {
            assertThat(told.next()).startsWith("unguarded: ").contains("event_scheduler");
            server.administer("DO SLEEP(1)");
            assertThat(server.ask("SELECT @@global.event_scheduler")).isEqualTo("ON");
        } finally {
            server.administer("SET GLOBAL event_scheduler=ON");
        }
    }

    @Test
    void shouldCloseTheServerItselfWhereTheGuardDoesNot() throws Exception {
        open();
        server.administer("DROP EVENT releve_lease.guard");
        try (Connection connection = server.connect()) {
            // What the event does now outlives it.
            server.ask("SELECT SLEEP(1.2)");
            Writer writer = Writer.on(connection);
            awaitRows(writer, 10);
            lease.close();
            Duration took = writer.lastAcknowledgedAfter(lease.end(), LIMIT);
            LOG.info("no guard: last write acknowledged {} ms before the lease's end", -took.toMillis());
            assertThat(took).isLessThan(TOLERANCE);
        }
    }

    @Test
    void shouldNotWaitForAServerThatIsStuck() throws Exception {
        lease.keep();
        held.acquire(LIMIT);
        server.freeze();
        try {
            long begun = System.nanoTime();
            assertThatThrownBy(() -> held.open(Duration.ofMillis(300))).isInstanceOf(SQLException.class);
            held.release(Duration.ofMillis(300));
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(2));
            assertThat(SqlFencing.close(server.administrator(), Duration.ofMillis(300), SqlFencing.Sessions.ALL)
                            .result())
                    .isEqualTo(SqlFencing.Result.UNREACHABLE);
        } finally {
            server.thaw();
        }
    }

    @Test
    void shouldTellNobodyOfACommitThatWaitsForAReplica(@TempDir Path own) throws Exception {
        try (TestServer source = TestServer.start(own);
                TestLease ends = new TestLease(SECOND).keep();
                ServerLease lease = new ServerLease("semi-sync", source.administrator(), ends, told)) {
            source.administer("CREATE TABLE expenses_db.rows_written (id BIGINT AUTO_INCREMENT PRIMARY KEY)");
            String name = source.isMariaDb() ? "master" : "source";
            if (!source.isMariaDb()) {
                source.administer("INSTALL PLUGIN rpl_semi_sync_source SONAME 'semisync_source.so'");
            }
            source.administer(
                    "SET GLOBAL rpl_semi_sync_" + name + "_timeout=1000000",
                    "SET GLOBAL rpl_semi_sync_" + name + "_wait_point=AFTER_SYNC",
                    "SET GLOBAL rpl_semi_sync_" + name + "_enabled=1");
            lease.acquire(LIMIT);
            lease.open(LIMIT);
            try (Connection connection = source.connect()) {
                Writer writer = Writer.on(connection);
                awaitSessions(source, "semi-sync");
                ends.close();
                String reason = told.next();
                LOG.info("{}", reason);
                assertThat(reason).startsWith("closed: ");
                writer.lastAcknowledgedAfter(0, LIMIT);
                assertThat(writer.rows()).isZero();
            }
            assertThatThrownBy(() -> {
                        try (Connection connection = source.connect();
                                Statement statement = connection.createStatement()) {
                            statement.setQueryTimeout(1);
                            statement.execute("INSERT INTO rows_written VALUES ()");
                        }
                    })
                    .isInstanceOf(SQLException.class);
        }
    }

    /** Asks until a session is in a state; the server has no event for that. */
    private static void awaitSessions(TestServer server, String state) throws SQLException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (server.ask("SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE STATE LIKE '%" + state + "%'")
                .equals("0")) {
            assertThat(System.nanoTime()).isLessThan(deadline);
        }
    }
}
