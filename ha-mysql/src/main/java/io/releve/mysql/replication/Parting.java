package io.releve.mysql.replication;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

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

    /** The connection that leads nowhere. */
    private static final String NAME = "'releve_parting'";

    private static final int NO_SUCH_CONNECTION = 1617;

    /**
     * One statement, which the server carries out to its end also when its client is gone: a replica that is left without
     * its right to acknowledge would count for no promotion. START returns a moment before the receiver clears the flag.
     */
    private static final String STATEMENT = """
            BEGIN NOT ATOMIC
              DECLARE looks INT DEFAULT 0;
              DECLARE EXIT HANDLER FOR SQLEXCEPTION
                BEGIN
                  SET GLOBAL rpl_semi_sync_slave_enabled = ON;
                  RESIGNAL;
                END;
              SET GLOBAL rpl_semi_sync_slave_enabled = OFF;
              START SLAVE %1$s IO_THREAD;
              WHILE looks < 100 AND (SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS
                  WHERE VARIABLE_NAME = 'Rpl_semi_sync_slave_status') = 'ON' DO
                SET looks = looks + 1;
                DO SLEEP(0.001);
              END WHILE;
              STOP SLAVE IO_THREAD;
              STOP SLAVE %1$s;
              SET GLOBAL rpl_semi_sync_slave_enabled = ON;
            END""".formatted(NAME);

    private Parting() {}

    /** Makes the connection that leads nowhere, if it is not there; takes longer than a promotion should. */
    static void prepare(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SHOW SLAVE " + NAME + " STATUS");
        } catch (SQLException e) {
            if (e.getErrorCode() != NO_SUCH_CONNECTION) {
                throw e;
            }
            try (Statement statement = connection.createStatement()) {
                // Nothing listens at port 1, and nobody is told anything.
                statement.execute(
                        "CHANGE MASTER " + NAME + " TO MASTER_HOST='127.0.0.1', MASTER_PORT=1, MASTER_USER='nobody'");
            }
        }
    }

    /** Stops the receiver of a server that acknowledges. */
    static void stopReceiver(Connection connection) throws SQLException {
        prepare(connection);
        try (Statement statement = connection.createStatement()) {
            statement.execute(STATEMENT);
        }
    }
}
