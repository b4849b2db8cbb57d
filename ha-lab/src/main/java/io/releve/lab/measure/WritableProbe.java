package io.releve.lab.measure;

import io.releve.examples.lab.Secrets;
import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.SocketConnections;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Whether a host's database server takes writes, by its own word, over a connection that is open before it is needed. */
final class WritableProbe implements Probe {

    private final LabHost host;
    private final Secrets secrets;
    private volatile @Nullable Connection connection;
    private @Nullable PreparedStatement question;
    private volatile boolean closed;

    WritableProbe(LabHost host, Secrets secrets) {
        this.host = host;
        this.secrets = secrets;
    }

    @Override
    public boolean ask() {
        try {
            if (question == null) {
                question = prepare();
            }
            try (ResultSet answer = question.executeQuery()) {
                return answer.next() && answer.getBoolean(1);
            }
        } catch (SQLException gone) {
            question = null;
            hangUp();
            return false;
        }
    }

    private PreparedStatement prepare() throws SQLException {
        Connection open = SocketConnections.look(host, secrets);
        connection = open;
        if (closed) {
            hangUp();
        }
        return open.prepareStatement("SELECT CAST(@@global.read_only AS CHAR) IN ('0', 'OFF')");
    }

    private void hangUp() {
        Connection open = connection;
        if (open != null) {
            try {
                open.abort(Runnable::run);
            } catch (SQLException e) {
                // Closed is all that it should be.
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        hangUp();
    }
}
