package io.releve.mysql.replication;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a MariaDB replica stop receiving without a farewell to a source that is not there.
 *
 * <p>A receiver that acknowledges takes leave when it is stopped: it connects to its source once more, to end its session
 * there. A source without power lets it wait for {@code rpl_semi_sync_slave_kill_conn_timeout}, a second at least, and a
 * promotion with it. Whether there is a farewell is asked of one flag of the whole server, which each receiver sets, when it
 * starts, from {@code rpl_semi_sync_slave_enabled}. So that is switched off, a receiver of another connection is started,
 * which clears the flag and leads nowhere, and then the real one is stopped.
 *
 * <p>Should the source be alive after all and go on sending: with the flag cleared the receiver takes the first byte of what
 * it is sent for a part of the event, finds that the checksum is wrong, and ends; nothing of that is written.
 */
final class Parting {

    private static final Logger LOG = LoggerFactory.getLogger(Parting.class);

    /** The connection that leads nowhere. */
    private static final String NAME = "'releve_parting'";

    /** START returns a moment before the receiver clears the flag. */
    private static final int LOOKS = 50;

    private static final long LOOK_AGAIN_NANOS = Duration.ofMillis(1).toNanos();

    private Parting() {}

    static void stopReceiver(Connection connection, Dialect dialect) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(dialect.acknowledge(false));
            try {
                clearFlag(statement);
                statement.execute(dialect.stopReceiver());
                statement.execute("STOP SLAVE " + NAME);
            } finally {
                statement.execute(dialect.acknowledge(true));
            }
        }
    }

    private static void clearFlag(Statement statement) throws SQLException {
        try {
            statement.execute("START SLAVE " + NAME + " IO_THREAD");
        } catch (SQLException unknown) {
            // Nothing listens at port 1; nothing would be sent that anybody could use.
            statement.execute(
                    "CHANGE MASTER " + NAME + " TO MASTER_HOST='127.0.0.1', MASTER_PORT=1, MASTER_USER='nobody'");
            statement.execute("START SLAVE " + NAME + " IO_THREAD");
        }
        for (int i = 0; i < LOOKS; i++) {
            try (ResultSet row = statement.executeQuery("SHOW GLOBAL STATUS LIKE 'Rpl_semi_sync_slave_status'")) {
                if (row.next() && row.getString(2).equals("OFF")) {
                    return;
                }
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
        LOG.info("the receiver may take leave of its source for a second");
    }
}
