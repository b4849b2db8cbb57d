package io.releve.mysql.datasource;

import io.releve.mysql.config.JdbcDriver.CommitWatch;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.sql.Statement;

/** A physical connection whose session is read-only for as long as it lives, whatever its server may become meanwhile. */
final class ReadOnlySession extends TrackedConnection {

    private ReadOnlySession(Connection delegate, Verdicts verdicts) throws SQLException {
        super(delegate, verdicts, CommitWatch.NONE);
    }

    /** Makes a new connection's session read-only; the server's word that it is comes with the verification. */
    static void make(Connection connection) throws SQLException {
        // The driver looks at statements itself then. To servers that it takes for old it does not pass that on.
        connection.setReadOnly(true);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION TRANSACTION READ ONLY");
        }
    }

    /** Tracks a connection whose session is read-only. */
    static ReadOnlySession track(Connection connection, Verdicts verdicts) throws SQLException {
        return new ReadOnlySession(connection, verdicts);
    }

    @Override
    public boolean isReadOnly() {
        return true;
    }

    @Override
    public void setReadOnly(boolean on) throws SQLException {
        if (!on) {
            throw new SQLNonTransientException(
                    "this connection is for reading only, for good: take one of the FailoverDataSource to write",
                    "25006");
        }
    }
}
