package io.releve.examples.demo;

import io.releve.examples.lab.Host;
import io.releve.examples.lab.Secrets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Looks into one database server directly, past web application and cluster: the demonstration's own eyes. */
final class DatabaseView {

    private static final long PACE_MILLIS = 25;
    private static final String NO_SUCH_TABLE = "42S02";

    private final Host host;
    private final Secrets secrets;

    DatabaseView(Host host, Secrets secrets) {
        this.host = host;
        this.secrets = secrets;
    }

    /**
     * What a comparison with the acknowledged reports shows.
     *
     * @param total how many reports the application would show
     * @param missing how many acknowledged ones are not there
     * @param duplicates how many are there more than once
     */
    record Comparison(long total, long missing, long duplicates) {

        boolean isExact() {
            return missing == 0 && duplicates == 0;
        }
    }

    Comparison compare(Set<UUID> acknowledged) throws SQLException {
        Map<String, Integer> times = new HashMap<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id FROM expense_report")) {
            while (rows.next()) {
                times.merge(rows.getString(1), 1, Integer::sum);
            }
        } catch (SQLException e) {
            if (!NO_SUCH_TABLE.equals(e.getSQLState())) {
                throw e;
            }
            // The tables too come with the first report, by replication: there is nothing here yet.
        }
        long missing = acknowledged.stream()
                .filter(id -> !times.containsKey(id.toString()))
                .count();
        long duplicates = times.values().stream().filter(count -> count > 1).count();
        return new Comparison(
                times.values().stream().mapToInt(Integer::intValue).sum(), missing, duplicates);
    }

    /**
     * Compares until every acknowledged report is there. A database has no event for a row that arrives by replication:
     * it is asked again every {@value #PACE_MILLIS} ms, until the time is over.
     *
     * @return the last comparison, exact or not
     */
    Comparison awaitAll(Set<UUID> acknowledged, Duration limit) throws SQLException, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        Comparison found = compare(acknowledged);
        while (found.missing() > 0 && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PACE_MILLIS));
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            found = compare(acknowledged);
        }
        return found;
    }

    private Connection connect() throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", Intralab.APPLICATION_USER);
        login.setProperty(
                "password", new String(secrets.password(Secrets.APPLICATION).get()));
        login.setProperty("connectTimeout", Long.toString(TimeUnit.SECONDS.toMillis(5)));
        login.setProperty("socketTimeout", Long.toString(TimeUnit.SECONDS.toMillis(10)));
        return DriverManager.getConnection(
                "jdbc:mysql://" + host.address() + ":" + host.databasePort() + "/" + Intralab.SCHEMA, login);
    }
}
