package io.releve.mysql.replication;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.config.ServerVersion;
import io.releve.mysql.config.Tls;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * MySQL, from 8.0.26.
 *
 * @param version the server's version
 */
record MySqlDialect(ServerVersion version) implements Dialect {

    /** Counts for a receiver that runs, too. */
    private static final String RECEIVES_DURABLY = "SET GLOBAL sync_relay_log=1";

    @Override
    public GtidSet parseGtids(String text) {
        return MySqlGtidSet.parse(text);
    }

    @Override
    public String executedGtids() {
        return "SELECT @@global.gtid_executed";
    }

    /**
     * What waits for an acknowledgement is owned by its session and not executed yet. Owned first: what is committed in between
     * is in the other.
     */
    @Override
    public String loggedGtids() {
        return "SELECT CONCAT_WS(',', NULLIF(REGEXP_REPLACE(@@global.gtid_owned, '#[0-9]+', ''), ''),"
                + " @@global.gtid_executed)";
    }

    @Override
    public String waitFor(GtidSet gtids, Duration limit) {
        return "SELECT WAIT_FOR_EXECUTED_GTID_SET(" + SqlText.literal(gtids.toString()) + ", "
                + limit.toMillis() / 1000.0 + ")";
    }

    /** MySQL's sets name sources by UUID, and a server that was made anew has a new one: nothing can be said here. */
    @Override
    public GtidSet unreceivable(GtidSet gtids, MySqlServer self) {
        return MySqlGtidSet.parse("");
    }

    @Override
    public String showReplicaStatus() {
        return "SHOW REPLICA STATUS";
    }

    @Override
    public String startReplica() {
        return "START REPLICA";
    }

    @Override
    public String stopReplica() {
        return "STOP REPLICA";
    }

    @Override
    public String replicatedGtids() {
        return executedGtids();
    }

    @Override
    public String stopReceiver() {
        return "STOP REPLICA IO_THREAD";
    }

    /**
     * An applier with several workers waits up to a minute for the rest, whether or not it can still come
     * (MySQL Reference Manual, STOP REPLICA; seen with 9.7: {@code HalfReceivedIT}). A session that is ended does not. What
     * it had begun is rolled back; {@code SHOW REPLICA STATUS} has error 1756 until replication is started again.
     */
    @Override
    public Optional<String> waitsForTheRest() {
        return Optional.of("SELECT COALESCE(MAX(t.PROCESSLIST_ID), '')"
                + " FROM performance_schema.replication_applier_status_by_coordinator a"
                + " JOIN performance_schema.replication_connection_status r ON r.CHANNEL_NAME = a.CHANNEL_NAME"
                + " JOIN performance_schema.threads t ON t.THREAD_ID = a.THREAD_ID"
                + " WHERE a.CHANNEL_NAME = '' AND (r.QUEUEING_TRANSACTION <> '' OR a.PROCESSING_TRANSACTION <> '')");
    }

    @Override
    public boolean takesLeave() {
        return false;
    }

    @Override
    public String startReceiver() {
        return "START REPLICA IO_THREAD";
    }

    @Override
    public String forgetSource() {
        return "RESET REPLICA ALL";
    }

    /** ER_REPLICA_RELAY_LOG_READ_FAILURE; until 8.0 it was 1594. */
    /** It writes that to a transactional table. */
    @Override
    public boolean isUnreadableSource(int error) {
        return false;
    }

    @Override
    public boolean isTornRelayLog(int error) {
        return error == 13121 || error == 1594;
    }

    @Override
    public String forgetReceived() {
        return "RESET REPLICA";
    }

    @Override
    public String isAcknowledging() {
        return "SELECT @@global.rpl_semi_sync_replica_enabled";
    }

    @Override
    public List<String> acknowledge(boolean yes) {
        return yes
                ? List.of(RECEIVES_DURABLY, "SET GLOBAL rpl_semi_sync_replica_enabled=ON")
                : List.of("SET GLOBAL rpl_semi_sync_replica_enabled=OFF");
    }

    /**
     * A receiver flushes to disk after each event, and the smallest transaction has five. So a replica comes no nearer to a primary
     * whose commits wait for another replica that does the same.
     */
    @Override
    public List<String> receiveInHaste() {
        return List.of("SET GLOBAL sync_relay_log=10000");
    }

    @Override
    public List<String> receiveDurably() {
        return List.of(RECEIVES_DURABLY);
    }

    @Override
    public List<String> awaitAcknowledgements(int count) {
        return count == 0
                ? List.of("SET GLOBAL rpl_semi_sync_source_enabled=OFF")
                : List.of(
                        "SET GLOBAL rpl_semi_sync_source_wait_for_replica_count=" + count,
                        "SET GLOBAL rpl_semi_sync_source_enabled=ON");
    }

    @Override
    public String acknowledgements() {
        return "SELECT GROUP_CONCAT(VARIABLE_VALUE ORDER BY VARIABLE_NAME DESC SEPARATOR ' ')"
                + " FROM performance_schema.global_status WHERE VARIABLE_NAME IN"
                + " ('Rpl_semi_sync_source_yes_tx', 'Rpl_semi_sync_source_wait_sessions')";
    }

    /**
     * A source counts the place from which a replica starts as acknowledged; of one that asks by GTID it only learns what
     * that has when there is something to send.
     */
    @Override
    public String followFrom(String file, long position) {
        return "CHANGE REPLICATION SOURCE TO SOURCE_AUTO_POSITION=0, SOURCE_LOG_FILE=" + SqlText.literal(file)
                + ", SOURCE_LOG_POS=" + position;
    }

    @Override
    public String followByGtid() {
        return "CHANGE REPLICATION SOURCE TO SOURCE_AUTO_POSITION=1";
    }

    @Override
    public List<String> prepareToOpen(MySqlServer self, long epoch) {
        return List.of("SET GLOBAL super_read_only=OFF");
    }

    @Override
    public String open() {
        return "SET GLOBAL read_only=OFF";
    }

    @Override
    public String close() {
        return "SET GLOBAL super_read_only=ON";
    }

    @Override
    public String startApplier() {
        return "START REPLICA SQL_THREAD";
    }

    @Override
    public String follow(MySqlServer source, String user, CharSequence password, Tls tls) {
        return "CHANGE REPLICATION SOURCE TO SOURCE_HOST=" + SqlText.literal(source.host())
                + ", SOURCE_PORT=" + source.port()
                + ", SOURCE_USER=" + SqlText.literal(user)
                + ", SOURCE_PASSWORD=" + SqlText.literal(password)
                + ", SOURCE_AUTO_POSITION=1, SOURCE_CONNECT_RETRY=1, SOURCE_RETRY_COUNT=0"
                + ", SOURCE_HEARTBEAT_PERIOD=0.5"
                + (tls instanceof Tls.Off ? ", SOURCE_SSL=0, GET_SOURCE_PUBLIC_KEY=1" : ", SOURCE_SSL=1");
    }

    @Override
    public String statusRight() {
        return "REPLICATION CLIENT";
    }

    @Override
    public String isWritable() {
        return "SELECT IF(@@global.read_only OR @@global.super_read_only OR @@global.offline_mode, 0, 1)";
    }

    @Override
    public String isSessionReadOnly() {
        return "SELECT @@session.transaction_read_only";
    }

    @Override
    public String tellCommits() {
        return "SET SESSION session_track_gtids=OWN_GTID";
    }

    /** A session cannot ask for its own. The last number of the server's own transactions is its own, or comes after it. */
    @Override
    public String lastCommit() {
        return "SELECT CONCAT(@@global.server_uuid, ':', REGEXP_SUBSTR(REGEXP_SUBSTR(@@global.gtid_executed,"
                + " CONCAT(@@global.server_uuid, '(:[0-9]+(-[0-9]+)?)+')), '[0-9]+$'))";
    }

    @Override
    public boolean keepsRelayLogAtStart() {
        return true;
    }

    /** While a statement that sets it is blocked, super_read_only already reads 1 and read_only still 0. */
    @Override
    public String isOpen() {
        return "@@global.super_read_only = 0 AND @@global.read_only = 0";
    }

    /** While it waits for a commit, {@code super_read_only} already reads 1, and {@code read_only} still 0. */
    @Override
    public String isClosed() {
        return "@@global.super_read_only = 1 AND @@global.read_only = 1";
    }

    /**
     * Out with the sessions first: super_read_only would wait for a long statement to end, and let it commit. A
     * prepared XA transaction can be committed under super_read_only, so while there is one nobody is let in again.
     */
    @Override
    public String closesItself(String spared) {
        return """
                SET GLOBAL offline_mode = ON;
                SET GLOBAL super_read_only = ON;
                IF (%s) = 0 THEN
                  SET GLOBAL offline_mode = OFF;
                END IF;
                """.formatted(preparedWrites());
    }

    @Override
    public List<String> opens() {
        return List.of(
                "SET GLOBAL offline_mode = OFF", "SET GLOBAL super_read_only = OFF", "SET GLOBAL read_only = OFF");
    }

    @Override
    public List<String> keepsOut() {
        return List.of("SET GLOBAL offline_mode = ON");
    }

    @Override
    public String closes() {
        return "SET GLOBAL super_read_only = ON";
    }

    @Override
    public String isSettled() {
        return "SELECT IF(@@global.read_only = 1, 1, 0)";
    }

    @Override
    public List<String> letsIn() {
        return List.of("SET GLOBAL offline_mode = OFF");
    }

    /** A prepared XA transaction belongs to no thread. */
    @Override
    public String preparedWrites() {
        return "SELECT COUNT(*) FROM information_schema.INNODB_TRX"
                + " WHERE trx_mysql_thread_id = 0 AND trx_rows_modified > 0";
    }

    /** SYSTEM_USER: only who has it can end the sessions of those who have it. */
    @Override
    public List<String> fencingRights() {
        return List.of("PROCESS", "REPLICATION CLIENT", "SYSTEM_VARIABLES_ADMIN", "CONNECTION_ADMIN", "SYSTEM_USER");
    }

    @Override
    public List<String> guardRights() {
        return List.of("EVENT", "PROCESS", "SYSTEM_VARIABLES_ADMIN", "CONNECTION_ADMIN");
    }

    @Override
    public String stateOfCommits() {
        return "waiting for handler commit";
    }

    @Override
    public String commentOfEvent(String schema, String name) {
        return "SELECT EVENT_COMMENT FROM information_schema.EVENTS WHERE EVENT_SCHEMA = " + SqlText.literal(schema)
                + " AND EVENT_NAME = " + SqlText.literal(name) + " AND STATUS = 'ENABLED'";
    }

    @Override
    public List<String> beforeOwnAccounts() {
        return List.of("SET GLOBAL super_read_only=OFF");
    }

    @Override
    public List<String> afterOwnAccounts() {
        return List.of("SET GLOBAL super_read_only=ON");
    }
}
