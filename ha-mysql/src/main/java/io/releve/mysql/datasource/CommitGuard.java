package io.releve.mysql.datasource;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;

/**
 * Finds out what became of a COMMIT whose answer was lost. Each guarded transaction writes a token of its own. Whoever wants to know
 * later writes the same token as <em>not committed</em>: if that succeeds, the transaction did not commit and never will, because
 * its own row would meet this one; if it meets the transaction's row, it did.
 *
 * <p>Thread-safe.
 */
final class CommitGuard {

    private static final String TABLE = "releve_commit";
    private static final int NO_SUCH_TABLE = 1146;
    private static final int DUPLICATE = 1062;
    private static final int TIDIED_AT_ONCE = 8;

    /** Tokens whose transactions are known to have committed: their rows have done their duty. */
    private final Queue<byte[]> done = new ConcurrentLinkedQueue<>();

    private final AtomicBoolean tidied = new AtomicBoolean();

    static byte[] newToken() {
        UUID id = UUID.randomUUID();
        return ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }

    /** Writes the token within the open transaction, and tidies up behind earlier ones. */
    void write(Connection connection, byte[] token) throws SQLException {
        insert(connection, token, true);
        List<byte[]> old = new ArrayList<>();
        for (byte[] next = done.poll(); next != null; next = old.size() < TIDIED_AT_ONCE ? done.poll() : null) {
            old.add(next);
        }
        if (!old.isEmpty()) {
            String places = "?" + ", ?".repeat(old.size() - 1);
            try (PreparedStatement delete =
                    connection.prepareStatement("DELETE FROM " + TABLE + " WHERE token IN (" + places + ")")) {
                for (int i = 0; i < old.size(); i++) {
                    delete.setBytes(i + 1, old.get(i));
                }
                delete.executeUpdate();
            } catch (SQLException e) {
                done.addAll(old);
                throw e;
            }
        }
    }

    /** The transaction with this token has committed, and the caller knows it. */
    void finished(byte[] token) {
        done.add(token);
    }

    static boolean isTableMissing(SQLException failure) {
        return failure.getErrorCode() == NO_SUCH_TABLE
                && String.valueOf(failure.getMessage()).contains(TABLE);
    }

    /** Makes the table, and drops what JVMs that ended long ago have left in it. */
    void prepare(DataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS " + TABLE
                    + " (token BINARY(16) NOT NULL PRIMARY KEY, committed TINYINT NOT NULL,"
                    + " written TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP) ENGINE=InnoDB");
            if (tidied.compareAndSet(false, true)) {
                statement.execute(
                        "DELETE FROM " + TABLE + " WHERE written < CURRENT_TIMESTAMP - INTERVAL 7 DAY LIMIT 10000");
            }
        }
    }

    /** Whether the transaction with this token has committed. From the answer on, it cannot change any more. */
    boolean isCommitted(DataSource dataSource, byte[] token) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            try {
                insert(connection, token, false);
                return false;
            } catch (SQLException e) {
                if (e.getErrorCode() != DUPLICATE) {
                    throw e;
                }
                return read(connection, token);
            }
        }
    }

    private static void insert(Connection connection, byte[] token, boolean committed) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO " + TABLE + " (token, committed) VALUES (?, ?)")) {
            insert.setBytes(1, token);
            insert.setInt(2, committed ? 1 : 0);
            insert.executeUpdate();
        }
    }

    private static boolean read(Connection connection, byte[] token) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT committed FROM " + TABLE + " WHERE token = ?")) {
            select.setBytes(1, token);
            try (ResultSet row = select.executeQuery()) {
                return row.next() && row.getInt(1) == 1;
            }
        }
    }
}
