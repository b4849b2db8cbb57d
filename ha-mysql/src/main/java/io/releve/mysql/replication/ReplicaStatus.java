package io.releve.mysql.replication;

import io.releve.mysql.config.MySqlServer;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The state of a server's one replication channel, as {@code SHOW REPLICA STATUS} tells it.
 *
 * @param sourceHost the source's address
 * @param sourcePort the source's port
 * @param sourceUser the account used there
 * @param receiver the thread that fetches from the source
 * @param applierRunning whether the thread that applies runs
 * @param receiverError number and text of the receiver's last error, if it has one
 * @param applierError number and text of the applier's last error, if it has one
 * @param received the transactions received whole, in the server's own form; empty if there are none or the server
 *     does not know since its start
 * @param followsByGtid whether the source is asked by GTID rather than by position in its log
 * @param readUpTo up to where in the source's log everything has been received, be it in the middle of a transaction;
 *     empty if nothing has
 * @param appliedUpTo up to where in the source's log whole transactions have been applied; up to date only while the
 *     applier is stopped; empty if nothing has
 * @param wasInterrupted whether the applier was ended in the middle of a transaction, and has not been started since
 * @param lagSeconds the server's own estimate of its delay; empty if it has none
 */
public record ReplicaStatus(
        String sourceHost,
        int sourcePort,
        String sourceUser,
        Receiver receiver,
        boolean applierRunning,
        Optional<ReplicationError> receiverError,
        Optional<ReplicationError> applierError,
        String received,
        boolean followsByGtid,
        Optional<Place> readUpTo,
        Optional<Place> appliedUpTo,
        boolean wasInterrupted,
        OptionalLong lagSeconds) {

    /**
     * ER_MTA_INCONSISTENT_DATA: MySQL's applier was ended in the middle of a transaction. Its next start begins that transaction anew,
     * and is all that is needed.
     */
    private static final int INTERRUPTED = 1756;

    /**
     * A place in a source's binary log.
     *
     * @param file the file's name there
     * @param position the byte after the last event
     */
    public record Place(String file, long position) {}

    /** Whether this is already the way to follow a source. */
    public boolean follows(MySqlServer source, String user) {
        return sourceHost.equals(source.host())
                && sourcePort == source.port()
                && sourceUser.equals(user)
                && followsByGtid;
    }

    /** What the thread that fetches from the source does. */
    public enum Receiver {
        /** Connected and fetching. */
        RUNNING,
        /** Tries to connect; normal while the source is down. */
        CONNECTING,
        /** Does not run. */
        STOPPED
    }

    /**
     * An error of one of the threads.
     *
     * @param code MySQL's error number
     * @param text the server's words
     */
    public record ReplicationError(int code, String text) {
        @Override
        public String toString() {
            return "error " + code + ": " + text;
        }
    }

    /**
     * Reads one row of {@code SHOW REPLICA STATUS} or {@code SHOW SLAVE STATUS}.
     *
     * @param row column names in either vocabulary, with their values; a missing value counts as empty
     */
    static ReplicaStatus parse(Map<String, String> row) {
        Row columns = new Row(row);
        String receiving = columns.get("Slave_IO_Running", "Replica_IO_Running");
        String lag = columns.get("Seconds_Behind_Master", "Seconds_Behind_Source");
        String usingGtid = columns.get("Using_Gtid");
        String autoPosition = columns.get("Auto_Position");
        return new ReplicaStatus(
                columns.get("Master_Host", "Source_Host"),
                (int) columns.number("Master_Port", "Source_Port"),
                columns.get("Master_User", "Source_User"),
                switch (receiving) {
                    case "Yes" -> Receiver.RUNNING;
                    case "Connecting", "Preparing" -> Receiver.CONNECTING;
                    default -> Receiver.STOPPED;
                },
                columns.get("Slave_SQL_Running", "Replica_SQL_Running").equals("Yes"),
                error(columns.number("Last_IO_Errno"), columns.get("Last_IO_Error")),
                error(columns.number("Last_SQL_Errno"), columns.get("Last_SQL_Error")),
                columns.get("Gtid_IO_Pos", "Retrieved_Gtid_Set"),
                usingGtid.equalsIgnoreCase("Slave_Pos") || autoPosition.equals("1"),
                place(
                        columns.get("Master_Log_File", "Source_Log_File"),
                        columns.number("Read_Master_Log_Pos", "Read_Source_Log_Pos")),
                place(
                        columns.get("Relay_Master_Log_File", "Relay_Source_Log_File"),
                        columns.number("Exec_Master_Log_Pos", "Exec_Source_Log_Pos")),
                columns.number("Last_SQL_Errno") == INTERRUPTED,
                lag.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(lag)));
    }

    private static Optional<Place> place(String file, long position) {
        return file.isEmpty() || position == 0 ? Optional.empty() : Optional.of(new Place(file, position));
    }

    private static Optional<ReplicationError> error(long code, String text) {
        return code == 0 || code == INTERRUPTED
                ? Optional.empty()
                : Optional.of(new ReplicationError((int) code, text));
    }

    /** A row whose columns have one name with MariaDB and another with MySQL. */
    private record Row(Map<String, String> values) {
        String get(String... names) {
            for (String name : names) {
                String value = values.get(name);
                if (value != null) {
                    return value;
                }
            }
            return "";
        }

        long number(String... names) {
            String text = get(names);
            return text.isEmpty() ? 0 : Long.parseLong(text);
        }
    }
}
