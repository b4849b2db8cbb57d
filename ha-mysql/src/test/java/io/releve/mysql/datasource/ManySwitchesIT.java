package io.releve.mysql.datasource;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.mysql.config.Tls;
import io.releve.mysql.testing.FakeActiveNodes;
import io.releve.mysql.testing.TestRing;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What only shows with many: threads that wait, and servers one after another. */
@Timeout(120)
class ManySwitchesIT {

    /** No other test's: its threads are known by it. */
    private static final String RESOURCE = "manyswitches";

    private static final int THREADS = 200;
    private static final int POOL = 10;
    private static final int SWITCHES = 100;

    @TempDir
    static Path directory;

    private static TestRing ring;

    private final FakeActiveNodes cluster = new FakeActiveNodes();

    @BeforeAll
    static void startServers() {
        ring = new TestRing(directory, 2).start();
    }

    @AfterAll
    static void stopServers() {
        ring.close();
    }

    private FailoverDataSource open() {
        return FailoverDataSource.builder()
                .cluster(cluster)
                .follow(RESOURCE)
                .servers(ring.servers())
                .database("expenses_db")
                .user("expenses")
                .password("app"::toCharArray)
                .tls(Tls.off())
                .maximumPoolSize(POOL)
                .connectionTimeout(Duration.ofSeconds(30))
                .build();
    }

    @Test
    void shouldServeAllWhoWaitedInTurnAndWithoutAStampedeOnTheNewServer() throws Exception {
        cluster.say("serv1", 1);
        Queue<Integer> served = new ConcurrentLinkedQueue<>();
        Queue<Object> outcomes = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        try (FailoverDataSource dataSource = open()) {
            assertThat(serverOf(dataSource)).isEqualTo(1);
            cluster.sayNowhere();
            for (int i = 0; i < THREADS; i++) {
                int number = i;
                Thread thread = new Thread(() -> {
                    try {
                        outcomes.add(serverOf(dataSource));
                        served.add(number);
                    } catch (SQLException e) {
                        outcomes.add(e);
                    }
                });
                threads.add(thread);
                thread.start();
                awaitWaiting(thread);
            }
            long before = connections(2);

            cluster.say("serv2", 2);
            for (Thread thread : threads) {
                thread.join();
            }

            assertThat(outcomes).hasSize(THREADS).containsOnly(2L);
            // Threads that are let go at once may overtake each other; whoever came late does not come first.
            List<Integer> order = List.copyOf(served);
            assertThat(turn(order, 0, THREADS / 4)).isLessThan(turn(order, THREADS * 3 / 4, THREADS));
            // What asks here is one; a pool that is being made opens one to look before the others.
            assertThat(connections(2) - before).isBetween(1L, POOL + 3L);
        }
    }

    @Test
    void shouldLeaveNeitherThreadsNorConnectionsBehind() throws Exception {
        cluster.say("serv1", 1);
        try (FailoverDataSource dataSource = open()) {
            switchTo(dataSource, 1);
            // Of one pool, for nothing was retired yet.
            int threads = threads();
            for (int epoch = 2; epoch <= SWITCHES + 1; epoch++) {
                switchTo(dataSource, epoch);
            }
            // One idle connection is kept to the server that is active.
            awaitAtMost(1, 0);
            assertThat(awaitThreads(threads)).isLessThanOrEqualTo(threads);
        }
        awaitAtMost(0, 0);
        assertThat(awaitThreads(0)).isZero();
    }

    private void switchTo(FailoverDataSource dataSource, int epoch) throws SQLException {
        int server = epoch % 2 == 0 ? 2 : 1;
        cluster.say("serv" + server, epoch);
        assertThat(serverOf(dataSource)).isEqualTo(server);
    }

    private static long serverOf(FailoverDataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT @@global.server_id")) {
            row.next();
            return row.getLong(1);
        }
    }

    /** How many connections a server has taken since its start. */
    private static long connections(int server) throws SQLException {
        return number(server, "SHOW GLOBAL STATUS LIKE 'Connections'", 2);
    }

    private static long applications(int server) throws SQLException {
        return number(server, "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER = 'expenses'", 1);
    }

    private static long number(int server, String query, int column) throws SQLException {
        try (Connection connection = ring.member(server).administer();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(column);
        }
    }

    /** No server tells when a connection is gone. */
    private static void awaitAtMost(long first, long second) throws SQLException {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (applications(1) > first || applications(2) > second) {
            assertThat(System.nanoTime())
                    .as("serv1 has %d connections, serv2 %d", applications(1), applications(2))
                    .isLessThan(deadline);
            LockSupport.parkNanos(50_000_000);
        }
    }

    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.TIMED_WAITING && thread.isAlive()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** When some of those who waited were served, on average: 0 is the first. */
    private static double turn(List<Integer> order, int from, int to) {
        return IntStream.range(0, order.size())
                .filter(place -> order.get(place) >= from && order.get(place) < to)
                .average()
                .orElseThrow();
    }

    /** Threads of this DataSource's, pools included, when there are no more than so many, or after a while. */
    private static int awaitThreads(int wanted) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        int count = threads();
        while (count > wanted && System.nanoTime() < deadline) {
            LockSupport.parkNanos(50_000_000);
            count = threads();
        }
        return count;
    }

    private static int threads() {
        return (int) Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().contains(RESOURCE))
                .count();
    }
}
