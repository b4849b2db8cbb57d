package io.releve.lab.bench;

import io.releve.ClusterObserver;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/** How long it takes to borrow a connection, to do nothing or one statement with it, and to give it back. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DataSourceBenchmark {

    /** More than there are threads: nobody ever waits for a connection. */
    private static final int CONNECTIONS = 10;

    /** What is below. */
    public enum Below {
        /** {@link StubDriver}. */
        STUB,
        /** A server, by MySQL Connector/J. */
        SERVER
    }

    /** A DataSource. */
    @State(Scope.Benchmark)
    public static class Borrowed {

        /** Whose. */
        @Param("HIKARICP")
        public Contender contender = Contender.HIKARICP;

        /** What it is over. */
        @Param("STUB")
        public Below below = Below.STUB;

        private @Nullable ClusterObserver cluster;

        @SuppressWarnings("NullAway.Init") // JMH has it opened first
        private DataSource source;

        /** Opens it and fills its pool; on a server, makes an empty table. */
        @Setup(Level.Trial)
        public void open() throws SQLException {
            if (below == Below.STUB) {
                source = contender.overStub(CONNECTIONS);
            } else {
                TrialAddress server = TrialAddress.given();
                cluster = ClusterObserver.connect(server.zooKeeper(), TrialAddress.CLUSTER, Duration.ofSeconds(3));
                source = contender.overServer(server, cluster, CONNECTIONS);
                try (Connection connection = source.getConnection();
                        Statement statement = connection.createStatement()) {
                    statement.execute("DROP TABLE IF EXISTS sale");
                    statement.execute("CREATE TABLE sale (id BIGINT AUTO_INCREMENT PRIMARY KEY, amount INT)");
                }
            }
            fill(CONNECTIONS);
        }

        private void fill(int connections) throws SQLException {
            if (connections > 0) {
                try (Connection connection = source.getConnection()) {
                    connection.clearWarnings();
                    fill(connections - 1);
                }
            }
        }

        /** Closes it. */
        @TearDown(Level.Trial)
        public void close() throws Exception {
            ((AutoCloseable) source).close();
            if (cluster != null) {
                cluster.close();
            }
        }
    }

    /** Nothing. */
    @Benchmark
    public void borrow(Borrowed from, Blackhole hole) throws SQLException {
        try (Connection connection = from.source.getConnection()) {
            // Without this the compiler may find out that nobody looks at it, and make none.
            hole.consume(connection);
        }
    }

    /** {@code SELECT 1}. */
    @Benchmark
    public int select(Borrowed from) throws SQLException {
        try (Connection connection = from.source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT 1")) {
            row.next();
            return row.getInt(1);
        }
    }

    /** An {@code INSERT} that commits by itself. */
    @Benchmark
    public int insert(Borrowed from) throws SQLException {
        try (Connection connection = from.source.getConnection();
                PreparedStatement statement = connection.prepareStatement("INSERT INTO sale (amount) VALUES (?)")) {
            statement.setInt(1, 1);
            return statement.executeUpdate();
        }
    }
}
