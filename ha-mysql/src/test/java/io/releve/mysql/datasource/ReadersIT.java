package io.releve.mysql.datasource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.releve.mysql.testing.ServerBinaries;
import io.releve.mysql.testing.TestCluster;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reading from the replicas of a real cluster, whose primary stays where it is. */
@Timeout(120)
class ReadersIT {

    private static final Logger LOG = LoggerFactory.getLogger(ReadersIT.class);
    private static final Duration MAX_LAG = Duration.ofMillis(500);

    @TempDir
    static Path directory;

    private static TestCluster cluster;
    private static String primary;
    private static List<String> replicas;

    @BeforeAll
    static void startCluster() throws Exception {
        cluster = new TestCluster(directory, 3, agent -> agent).start();
        primary = cluster.primary();
        replicas = new ArrayList<>(List.of("serv1", "serv2", "serv3"));
        replicas.remove(primary);
    }

    @AfterAll
    static void stopCluster() throws Exception {
        cluster.close();
    }

    @BeforeEach
    void emptyTable() throws Exception {
        cluster.administer(
                primary,
                "CREATE TABLE IF NOT EXISTS expenses_db.note (id INT PRIMARY KEY)",
                "DELETE FROM expenses_db.note");
        for (String replica : replicas) {
            cluster.awaitAllOfPrimary(replica);
        }
    }

    private static FailoverDataSourceBuilder builder(ReaderPolicy policy) {
        return cluster.dataSourceBuilder(primary).readers(policy);
    }

    private static String nodeOf(Connection connection) throws SQLException {
        return "serv" + value(connection, "SELECT @@global.server_id % 1000000");
    }

    private static int value(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getInt(1);
        }
    }

    private static String nodeReadFrom(DataSource readers) throws SQLException {
        try (Connection connection = readers.getConnection()) {
            return nodeOf(connection);
        }
    }

    private static void insert(DataSource dataSource, int id) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO note VALUES (" + id + ")");
        }
    }

    /** Reads until both replicas have been read from: each read takes a round trip, and nothing tells of the next comparison. */
    private static FailoverDataSource readFromBoth(FailoverDataSource dataSource) throws SQLException {
        Set<String> read = new TreeSet<>();
        while (!read.containsAll(replicas)) {
            read.add(nodeReadFrom(dataSource.readers()));
        }
        return dataSource;
    }

    /** Lets a replica's applier wait without anybody's knowledge; its receiver goes on, and acknowledges. */
    private static Connection hold(String replica) throws SQLException {
        Connection administrator = cluster.administer(replica);
        try (Statement statement = administrator.createStatement()) {
            statement.execute("LOCK TABLES expenses_db.note READ");
        }
        return administrator;
    }

    @Test
    void shouldReadFromTheReplicasInTurn() throws Exception {
        // Without the primary, so that each connection waits until a replica has been compared.
        try (FailoverDataSource dataSource =
                builder(ReaderPolicy.within(MAX_LAG).withoutPrimary()).build()) {
            DataSource readers = dataSource.readers();
            readFromBoth(dataSource);
            assertThat(List.of(nodeReadFrom(readers), nodeReadFrom(readers)))
                    .as("one after the other")
                    .containsExactlyInAnyOrderElementsOf(replicas);
        }
    }

    @Test
    void shouldNeverWrite() throws Exception {
        try (FailoverDataSource dataSource =
                builder(ReaderPolicy.within(MAX_LAG)).build()) {
            for (int i = 0; i < 4; i++) {
                try (Connection connection = dataSource.readers().getConnection();
                        Statement statement = connection.createStatement()) {
                    assertThat(connection.isReadOnly()).isTrue();
                    assertThatThrownBy(() -> statement.execute("INSERT INTO note VALUES (1)"))
                            .isInstanceOf(SQLException.class)
                            .isNotInstanceOf(ConnectionReplacedException.class);
                    assertThatThrownBy(() -> connection.setReadOnly(false))
                            .isInstanceOfSatisfying(
                                    SQLException.class,
                                    e -> assertThat(e.getSQLState()).isEqualTo("25006"))
                            .hasMessageContaining("for reading only");
                    // Past what the driver itself looks for: it is the session that refuses.
                    assertThatThrownBy(() -> statement.executeQuery("/* */ WITH x AS (SELECT 1) DELETE FROM note"))
                            .isInstanceOf(SQLException.class);
                }
            }
        }
        assertThat(cluster.query(primary, "SELECT id FROM expenses_db.note")).isEmpty();
    }

    @Test
    void shouldReadNothingThatIsOlderThanTheLongestLag() throws Exception {
        try (FailoverDataSource dataSource =
                        readFromBoth(builder(ReaderPolicy.within(MAX_LAG)).build());
                Connection unused = hold(replicas.get(0))) {
            List<Long> acknowledged = new ArrayList<>();
            List<String> readFrom = new ArrayList<>();
            long end = System.nanoTime() + MAX_LAG.multipliedBy(4).toNanos();
            while (System.nanoTime() < end) {
                insert(dataSource, acknowledged.size() + 1);
                acknowledged.add(System.nanoTime());
                long begin = System.nanoTime();
                try (Connection connection = dataSource.readers().getConnection()) {
                    int seen = value(connection, "SELECT COUNT(*) FROM note");
                    long due = acknowledged.stream()
                            .filter(at -> at <= begin - MAX_LAG.toNanos())
                            .count();
                    assertThat(seen).as("rows of %d", acknowledged.size()).isGreaterThanOrEqualTo((int) due);
                    readFrom.add(nodeOf(connection));
                }
            }
            assertThat(readFrom.subList(readFrom.size() / 2, readFrom.size()))
                    .as("the replica that applies nothing is not read from")
                    .containsOnly(replicas.get(1));
        }
    }

    @Test
    void shouldReadFromThePrimaryWhileNoReplicaIsFreshEnough() throws Exception {
        try (FailoverDataSource dataSource =
                        readFromBoth(builder(ReaderPolicy.within(MAX_LAG)).build());
                Connection first = hold(replicas.get(0));
                Connection second = hold(replicas.get(1))) {
            insert(dataSource, 1);
            long end = System.nanoTime() + MAX_LAG.multipliedBy(2).toNanos();
            String node = "";
            while (System.nanoTime() < end) {
                node = nodeReadFrom(dataSource.readers());
            }
            assertThat(node).isEqualTo(primary);
            try (Connection connection = dataSource.readers().getConnection();
                    Statement statement = connection.createStatement()) {
                assertThat(value(connection, "SELECT COUNT(*) FROM note")).isEqualTo(1);
                assertThatThrownBy(() -> statement.execute("INSERT INTO note VALUES (2)"))
                        .as("nor does it write there")
                        .isInstanceOf(SQLException.class);
            }
        }
    }

    @Test
    void shouldWaitForAReplicaWhereThePrimaryMustNotServe() throws Exception {
        try (FailoverDataSource dataSource = readFromBoth(
                        builder(ReaderPolicy.within(MAX_LAG).leastLag().withoutPrimary())
                                .connectionTimeout(Duration.ofMillis(1500))
                                .build());
                Connection second = hold(replicas.get(1))) {
            CompletableFuture<String> waiting;
            try (Connection first = hold(replicas.get(0))) {
                insert(dataSource, 1);
                assertThatThrownBy(() -> {
                            while (true) {
                                // Until both have fallen out of the bound.
                                dataSource.readers().getConnection().close();
                            }
                        })
                        .isInstanceOf(NoReplicaException.class)
                        .hasMessageContainingAll("mysql", "500 ms", replicas.get(0), replicas.get(1));
                waiting = CompletableFuture.supplyAsync(() -> {
                    try {
                        return nodeReadFrom(dataSource.readers());
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                });
            }
            assertThat(waiting.get(10, TimeUnit.SECONDS)).isEqualTo(replicas.get(0));
        }
    }

    @Test
    void shouldLeadConnectionsThatAreReadOnlyToReplicasIfToldSo() throws Exception {
        try (FailoverDataSource dataSource = builder(
                        ReaderPolicy.within(MAX_LAG).withoutPrimary())
                .routeReadOnly(true)
                .build()) {
            try (Connection connection = dataSource.getConnection()) {
                connection.setReadOnly(true);
                connection.setAutoCommit(false);
                assertThat(nodeOf(connection)).isIn(replicas);
                connection.commit();
                connection.setAutoCommit(true);
                connection.setReadOnly(false);
                assertThat(nodeOf(connection)).isEqualTo(primary);
            }
            insert(dataSource, 1);
            try (Connection connection = dataSource.getConnection()) {
                assertThat(nodeOf(connection)).isEqualTo(primary);
                connection.setReadOnly(true);
                assertThat(nodeOf(connection))
                        .as("it was used before it was read-only")
                        .isEqualTo(primary);
            }
        }
        assertThat(cluster.query(primary, "SELECT id FROM expenses_db.note")).containsExactly("1");
    }

    @Test
    void shouldLeadConnectionsThatAreReadOnlyToThePrimaryUnlessToldOtherwise() throws Exception {
        try (FailoverDataSource dataSource =
                        builder(ReaderPolicy.within(MAX_LAG)).build();
                Connection connection = dataSource.getConnection()) {
            connection.setReadOnly(true);
            assertThat(nodeOf(connection)).isEqualTo(primary);
        }
    }

    @Test
    void shouldSeeWhatWasWrittenBefore() throws Exception {
        // A replica that waits half a minute if it must; never the primary.
        ReaderPolicy policy =
                ReaderPolicy.within(Duration.ofSeconds(2)).withoutPrimary().waitForWrites(Duration.ofSeconds(30));
        try (FailoverDataSource dataSource = builder(policy).routeReadOnly(true).build();
                FailoverDataSource elsewhere = builder(policy).build()) {
            assertThat(dataSource.lastWrite()).isEmpty();
            nodeReadFrom(dataSource.readers());
            nodeReadFrom(elsewhere.readers());
            DataSource own = dataSource.readers().afterOwnWrites();
            long begin = System.nanoTime();
            int staleWithoutAWord = 0;
            for (int i = 1; i <= 100; i++) {
                insert(dataSource, i);
                staleWithoutAWord += rows(dataSource.readers()) < i ? 1 : 0;
                assertThat(rows(own)).as("afterOwnWrites").isEqualTo(i);
                try (Connection connection = dataSource.getConnection()) {
                    connection.setReadOnly(true);
                    assertThat(value(connection, "SELECT COUNT(*) FROM note"))
                            .as("routed")
                            .isEqualTo(i);
                }
                WriteToken told =
                        new WriteToken(dataSource.lastWrite().orElseThrow().toString());
                assertThat(rows(elsewhere.readers().after(told)))
                        .as("elsewhere, after %s", told)
                        .isEqualTo(i);
            }
            LOG.info(
                    "{} of 100 reads without a word were stale; a write and four reads took {} us",
                    staleWithoutAWord,
                    (System.nanoTime() - begin) / 100_000);
        }
    }

    @Test
    void shouldSeeWhatWasWrittenInATransaction() throws Exception {
        ReaderPolicy policy =
                ReaderPolicy.within(Duration.ofSeconds(2)).withoutPrimary().waitForWrites(Duration.ofSeconds(30));
        try (FailoverDataSource dataSource = builder(policy).build()) {
            for (int i = 1; i <= 10; i++) {
                int id = i;
                dataSource.inTransaction(
                        connection -> {
                            try (Statement statement = connection.createStatement()) {
                                return statement.executeUpdate("INSERT INTO note VALUES (" + id + ")");
                            }
                        },
                        RetryPolicy.none());
                assertThat(rows(dataSource.readers().afterOwnWrites())).isEqualTo(i);
            }
        }
    }

    @Test
    void shouldReadFromThePrimaryWhatReplicasDoNotHaveInTime() throws Exception {
        try (FailoverDataSource dataSource = builder(
                                ReaderPolicy.within(Duration.ofSeconds(30)).waitForWrites(Duration.ofMillis(20)))
                        .build();
                FailoverDataSource never = builder(
                                ReaderPolicy.within(Duration.ofSeconds(30)).withoutPrimary())
                        .connectionTimeout(Duration.ofMillis(400))
                        .build()) {
            nodeReadFrom(never.readers());
            readFromBoth(dataSource);
            try (Connection first = hold(replicas.get(0));
                    Connection second = hold(replicas.get(1))) {
                insert(dataSource, 1);
                try (Connection connection =
                        dataSource.readers().afterOwnWrites().getConnection()) {
                    assertThat(nodeOf(connection)).isEqualTo(primary);
                    assertThat(value(connection, "SELECT COUNT(*) FROM note")).isEqualTo(1);
                }
                WriteToken token = dataSource.lastWrite().orElseThrow();
                assertThatThrownBy(() -> never.readers().after(token).getConnection())
                        .isInstanceOf(NoReplicaException.class)
                        .hasMessageContaining(token.gtid());
                assertThat(nodeReadFrom(dataSource.readers()))
                        .as("who does not ask for it reads what is older")
                        .isIn(replicas);
            }
        }
    }

    @Test
    void shouldSayAtOnceThatATokenIsOfAnotherKindOfServer() throws Exception {
        String foreign = ServerBinaries.isMariaDb() ? "3e11fa47-71ca-11e1-9e33-c80aa9429562:1" : "1-1-1";
        try (FailoverDataSource dataSource =
                builder(ReaderPolicy.within(MAX_LAG).withoutPrimary()).build()) {
            nodeReadFrom(dataSource.readers());
            assertThatThrownBy(() ->
                            dataSource.readers().after(new WriteToken(foreign)).getConnection())
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining(foreign);
        }
    }

    private static int rows(DataSource readers) throws SQLException {
        try (Connection connection = readers.getConnection()) {
            return value(connection, "SELECT COUNT(*) FROM note");
        }
    }

    @Test
    void shouldSayThatTheBuilderWasNotGivenReaders() throws Exception {
        try (FailoverDataSource dataSource = cluster.dataSource(primary)) {
            assertThatThrownBy(dataSource::readers)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("readers(…)");
            assertThatThrownBy(dataSource::lastWrite).isInstanceOf(IllegalStateException.class);
        }
    }
}
