package io.releve.mysql.datasource;

import com.mysql.cj.MysqlConnection;
import com.mysql.cj.protocol.ServerSessionStateController;
import com.mysql.cj.protocol.ServerSessionStateController.ServerSessionStateChanges;
import com.mysql.cj.protocol.ServerSessionStateController.SessionStateChange;
import com.mysql.cj.protocol.ServerSessionStateController.SessionStateChangesListener;
import io.releve.mysql.replication.Dialect;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.Consumer;

/**
 * Hears from the server, with the answer to each commit, the id of what was committed: it costs no round trip. The driver keeps
 * its listeners by weak references, so whoever tracks must keep this. Thread-safe.
 */
final class CommitListener implements SessionStateChangesListener {

    /** With it the server is asked for changes of the session's state when a connection is made. */
    static final String DRIVER_PROPERTY = "trackSessionState";

    /** The system variable in which MariaDB tells; MySQL has a kind of message for it. */
    private static final String VARIABLE = "last_gtid";

    private final Consumer<String> onCommit;

    /** A listener for any number of connections. */
    CommitListener(Consumer<String> onCommit) {
        this.onCommit = onCommit;
    }

    /** Begins to listen to a new connection's commits. */
    void track(Connection connection, Dialect dialect) throws SQLException {
        connection
                .unwrap(MysqlConnection.class)
                .getSession()
                .getServerSession()
                .getServerSessionStateController()
                .addSessionStateChangesListener(this);
        try (Statement statement = connection.createStatement()) {
            statement.execute(dialect.tellCommits());
        }
    }

    @Override
    public void handleSessionStateChanges(ServerSessionStateChanges changes) {
        for (SessionStateChange change : changes.getSessionStateChangesList()) {
            List<String> values = change.getValues();
            if (change.getType() == ServerSessionStateController.SESSION_TRACK_GTIDS) {
                onCommit.accept(values.get(0));
            } else if (change.getType() == ServerSessionStateController.SESSION_TRACK_SYSTEM_VARIABLES
                    && values.size() == 2
                    && values.get(0).equals(VARIABLE)
                    && !values.get(1).isEmpty()) {
                onCommit.accept(values.get(1));
            }
        }
    }
}
