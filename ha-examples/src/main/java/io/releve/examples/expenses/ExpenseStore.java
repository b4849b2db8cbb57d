package io.releve.examples.expenses;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * Keeps expense reports in a database that may have two masters.
 *
 * <p>A report that is on its way when its server dies may be stored there without anybody having been told; when its
 * sender tries again, it goes to the other server, which cannot know. Once the first server is back, both have it, and
 * with the report's id as the only key their replication would stop at the duplicate. So the key of a row is the report
 * <em>and the server that took it</em>: rows of different servers never collide, and the view {@code expense_report}
 * shows each report once.
 *
 * <p>Thread-safe.
 */
final class ExpenseStore {

    private static final String NO_SUCH_TABLE = "42S02";
    private static final String DUPLICATE_KEY = "23000";

    private static final String TABLE = """
            CREATE TABLE IF NOT EXISTS expense_entry (
              report    CHAR(36) CHARACTER SET ascii NOT NULL,
              origin    INT UNSIGNED NOT NULL,
              number    BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
              employee  VARCHAR(80) NOT NULL,
              purpose   VARCHAR(160) NOT NULL,
              spent_on  DATE NOT NULL,
              amount    DECIMAL(10,2) NOT NULL,
              node      VARCHAR(64) NOT NULL,
              stored_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
              PRIMARY KEY (report, origin),
              UNIQUE KEY (number),
              KEY (stored_at)
            ) DEFAULT CHARACTER SET utf8mb4""";

    private static final String VIEW = """
            CREATE OR REPLACE SQL SECURITY INVOKER VIEW expense_report AS
            SELECT report AS id, number, employee, purpose, spent_on, amount, node, stored_at
            FROM expense_entry e
            WHERE origin = (SELECT MIN(origin) FROM expense_entry WHERE report = e.report)""";

    private final DataSource database;
    private final String node;

    /**
     * @param database where to keep them
     * @param node the name of this node, kept with each report
     */
    ExpenseStore(DataSource database, String node) {
        this.database = database;
        this.node = node;
    }

    /**
     * Stores a report, once: a report whose id is there already is left as it is.
     *
     * @return whether the report is new
     */
    boolean add(ExpenseReport report) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return insert(connection, report);
        } catch (SQLException e) {
            if (!NO_SUCH_TABLE.equals(e.getSQLState())) {
                throw e;
            }
        }
        try (Connection connection = database.getConnection()) {
            createTables(connection);
            return insert(connection, report);
        }
    }

    private boolean insert(Connection connection, ExpenseReport report) throws SQLException {
        long server;
        try (PreparedStatement known = connection.prepareStatement(
                "SELECT @@server_id, EXISTS (SELECT 1 FROM expense_entry WHERE report = ?)")) {
            known.setString(1, report.id().toString());
            try (ResultSet row = known.executeQuery()) {
                row.next();
                if (row.getBoolean(2)) {
                    return false;
                }
                server = row.getLong(1);
            }
        }
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO expense_entry"
                + " (report, origin, employee, purpose, spent_on, amount, node) VALUES (?, ?, ?, ?, ?, ?, ?)")) {
            insert.setString(1, report.id().toString());
            insert.setLong(2, server);
            insert.setString(3, report.employee());
            insert.setString(4, report.purpose());
            insert.setObject(5, report.day());
            insert.setBigDecimal(6, report.amount());
            insert.setString(7, node);
            insert.executeUpdate();
            return true;
        } catch (SQLException e) {
            if (DUPLICATE_KEY.equals(e.getSQLState())) {
                return false; // The same report came in twice at the same time.
            }
            throw e;
        }
    }

    /** The newest reports first, and how many there are. */
    Newest newest(int limit) throws SQLException {
        try (Connection connection = database.getConnection()) {
            List<StoredReport> reports = new ArrayList<>();
            try (PreparedStatement select = connection.prepareStatement(
                    "SELECT id, employee, purpose, spent_on, amount,"
                            + " number, node, stored_at FROM expense_report ORDER BY stored_at DESC, number DESC LIMIT ?")) {
                select.setInt(1, limit);
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        reports.add(read(rows));
                    }
                }
            }
            try (Statement count = connection.createStatement();
                    ResultSet row = count.executeQuery("SELECT COUNT(DISTINCT report) FROM expense_entry")) {
                row.next();
                return new Newest(reports, row.getLong(1));
            }
        } catch (SQLException e) {
            if (NO_SUCH_TABLE.equals(e.getSQLState())) {
                return new Newest(List.of(), 0);
            }
            throw e;
        }
    }

    private static StoredReport read(ResultSet row) throws SQLException {
        ExpenseReport report = new ExpenseReport(
                UUID.fromString(row.getString(1)),
                row.getString(2),
                row.getString(3),
                row.getObject(4, LocalDate.class),
                row.getBigDecimal(5));
        Timestamp storedAt = row.getTimestamp(8);
        return new StoredReport(report, row.getLong(6), row.getString(7), storedAt.toInstant());
    }

    private static void createTables(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(TABLE);
            statement.execute(VIEW);
        }
    }

    /**
     * The top of the list.
     *
     * @param reports the newest ones
     * @param total how many there are in all
     */
    record Newest(List<StoredReport> reports, long total) {}
}
