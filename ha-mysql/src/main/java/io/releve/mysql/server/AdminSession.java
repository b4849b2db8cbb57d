package io.releve.mysql.server;

import io.releve.agent.OperationContext;
import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.replication.ReplicationLink;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's own connection to its server, kept open so that a server without a free connection still answers it.
 *
 * <p>Not thread-safe; used by the agent's operations only.
 */
final class AdminSession {

    private static final Logger LOG = LoggerFactory.getLogger(AdminSession.class);

    private final AgentSettings settings;
    private final MySqlServer self;
    private @Nullable Connection connection;

    AdminSession(AgentSettings settings, MySqlServer self) {
        this.settings = settings;
        this.self = self;
    }

    /** What to ask a server. */
    interface Question<T> {
        T ask(ReplicationLink link) throws SQLException;
    }

    /**
     * Asks, over a new connection if the kept one is broken: the server may have closed it for its own reasons. A server
     * that does not answer is given up while the operation still has time to say so.
     */
    <T> T ask(OperationContext operation, Question<T> question) throws SQLException {
        if (connection != null) {
            try {
                return ask(operation.remaining().dividedBy(2), question);
            } catch (SQLException e) {
                close();
                LOG.debug("the kept connection to {} is broken: {}", self, e.toString());
            }
        }
        try {
            return ask(operation.remaining().multipliedBy(4).dividedBy(5), question);
        } catch (SQLException e) {
            close();
            throw e;
        }
    }

    private <T> T ask(Duration share, Question<T> question) throws SQLException {
        Duration limit = share.toMillis() > 0 ? share : Duration.ofMillis(1);
        Connection open = connection;
        if (open == null) {
            open = settings.administratorLogin(self, limit).connect();
            connection = open;
        } else {
            open.setNetworkTimeout(Runnable::run, (int) Math.min(limit.toMillis(), Integer.MAX_VALUE));
        }
        return question.ask(new ReplicationLink(open));
    }

    /** Closes the connection; the next question opens another. */
    void close() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                LOG.debug("closing the connection to {}: {}", self, e.toString());
            }
        }
    }
}
