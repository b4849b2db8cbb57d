package io.releve.mysql.config;

import com.mysql.cj.MysqlConnection;
import com.mysql.cj.protocol.ServerSessionStateController;
import com.mysql.cj.protocol.ServerSessionStateController.ServerSessionStateChanges;
import com.mysql.cj.protocol.ServerSessionStateController.SessionStateChange;
import com.mysql.cj.protocol.ServerSessionStateController.SessionStateChangesListener;
import io.releve.mysql.config.JdbcDriver.CommitWatch;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.Consumer;

/**
 * Hears from the server, through MySQL Connector/J and with the answer to each commit, what was committed: it costs no round trip. The
 * driver refers to its listeners weakly. The one class that cannot be loaded without that driver.
 */
final class MySqlCommits implements SessionStateChangesListener, CommitWatch {

    /** The system variable in which MariaDB tells; MySQL has a kind of message for it. */
    private static final String VARIABLE = "last_gtid";

    private final Consumer<String> onCommit;

    private MySqlCommits(Consumer<String> onCommit) {
        this.onCommit = onCommit;
    }

    /** Begins to listen to a new connection's commits. */
    static CommitWatch of(Connection connection, String tell, Consumer<String> onCommit) throws SQLException {
        MySqlCommits commits = new MySqlCommits(onCommit);
        connection
                .unwrap(MysqlConnection.class)
                .getSession()
                .getServerSession()
                .getServerSessionStateController()
                .addSessionStateChangesListener(commits);
        try (Statement statement = connection.createStatement()) {
            statement.execute(tell);
        }
        return commits;
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

    @Override
    public void committed() {
        // It was told already.
    }
}
