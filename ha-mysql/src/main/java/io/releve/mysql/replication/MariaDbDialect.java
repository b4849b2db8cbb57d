package io.releve.mysql.replication;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.config.MySqlServerConfig;
import io.releve.mysql.config.Tls;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** MariaDB, from 10.6. */
record MariaDbDialect() implements Dialect {

    /** With one, a replica would not keep up with writers that share disk flushes. */
    private static final int APPLIERS = 4;

    private static final long OTHER_NUMBER = 1_000_000;

    @Override
    public GtidSet parseGtids(String text) {
        return MariaDbGtidSet.parse(text);
    }

    /** The binary log's end, and what replication has recorded: a new binary log knows nothing of older transactions. */
    @Override
    public String executedGtids() {
        return "SELECT CONCAT_WS(',', @@global.gtid_binlog_pos, @@global.gtid_slave_pos)";
    }

    @Override
    public String waitFor(GtidSet gtids, Duration limit) {
        return "SELECT MASTER_GTID_WAIT(" + SqlText.literal(gtids.toString()) + ", " + limit.toMillis() / 1000.0 + ")";
    }

    @Override
    public GtidSet unreceivable(GtidSet gtids, MySqlServer self) {
        return gtids instanceof MariaDbGtidSet set ? set.domain(self.number()) : MariaDbGtidSet.parse("");
    }

    @Override
    public String showReplicaStatus() {
        return "SHOW SLAVE STATUS";
    }

    @Override
    public String startReplica() {
        return "START SLAVE";
    }

    @Override
    public String stopReplica() {
        return "STOP SLAVE";
    }

    /**
     * Appliers side by side keep the order within a domain, and a domain is an epoch: across the end of an epoch there must
     * be one only. And a server does not take its own transactions back, which it must if it lost the last ones that it wrote
     * as the primary: until it has what came before, it goes by another number.
     */
    @Override
    public List<String> startFollowing(MySqlServer self, boolean past) {
        return List.of(
                "SET GLOBAL server_id=" + (past ? self.number() : OTHER_NUMBER + self.number()),
                "SET GLOBAL slave_parallel_threads=" + (past ? APPLIERS : 0),
                startReplica());
    }

    @Override
    public long numberOf(long serverId) {
        return serverId % OTHER_NUMBER;
    }

    @Override
    public String appliesSideBySide() {
        return "SELECT @@global.slave_parallel_threads > 0";
    }

    @Override
    public String replicatedGtids() {
        return "SELECT @@global.gtid_slave_pos";
    }

    @Override
    public String stopReceiver() {
        return "STOP SLAVE IO_THREAD";
    }

    @Override
    public Optional<String> waitsForTheRest() {
        return Optional.empty();
    }

    @Override
    public boolean takesLeave() {
        return true;
    }

    @Override
    public String startReceiver() {
        return "START SLAVE IO_THREAD";
    }

    @Override
    public String forgetSource() {
        return "RESET SLAVE ALL";
    }

    /** It writes that to a file, which stays empty if the server is killed between making and filling it. */
    @Override
    public boolean isUnreadableSource(int error) {
        return error == 1201;
    }

    @Override
    public boolean isTornRelayLog(int error) {
        return error == 1594;
    }

    @Override
    public String forgetReceived() {
        return "RESET SLAVE";
    }

    @Override
    public String isAcknowledging() {
        return "SELECT @@global.rpl_semi_sync_slave_enabled";
    }

    @Override
    public List<String> acknowledge(boolean yes) {
        return List.of("SET GLOBAL rpl_semi_sync_slave_enabled=" + (yes ? "ON" : "OFF"));
    }

    /** As at the server's start; its id can be the other number here. */
    @Override
    public List<String> endEpoch() {
        return List.of("SET GLOBAL gtid_domain_id=" + MySqlServerConfig.STRAY_DOMAIN + " + @@global.server_id % "
                + OTHER_NUMBER);
    }

    /** MariaDB waits for one acknowledgement, never for more. */
    @Override
    public List<String> awaitAcknowledgements(int count) {
        return List.of("SET GLOBAL rpl_semi_sync_master_enabled=" + (count == 0 ? "OFF" : "ON"));
    }

    @Override
    public String acknowledgements() {
        return "SELECT GROUP_CONCAT(VARIABLE_VALUE ORDER BY VARIABLE_NAME DESC SEPARATOR ' ')"
                + " FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME IN"
                + " ('Rpl_semi_sync_master_yes_tx', 'Rpl_semi_sync_master_wait_sessions')";
    }

    /**
     * MariaDB takes the place from which a replica starts for an acknowledgement of what is before it, and of a replica that
     * asks by GTID it only knows the file.
     */
    @Override
    public String followFrom(String file, long position) {
        return "CHANGE MASTER TO MASTER_USE_GTID=no, MASTER_LOG_FILE=" + SqlText.literal(file) + ", MASTER_LOG_POS="
                + position;
    }

    @Override
    public String followByGtid() {
        return "CHANGE MASTER TO MASTER_USE_GTID=slave_pos";
    }

    /** A domain for each epoch: each has one writer, so that of two positions it can be said which has more. */
    @Override
    public List<String> prepareToOpen(MySqlServer self, long epoch) {
        return List.of(
                "SET GLOBAL server_id=" + self.number(),
                "SET SESSION server_id=" + self.number(),
                "SET GLOBAL gtid_domain_id=" + epoch,
                "SET SESSION gtid_domain_id=" + epoch);
    }

    @Override
    public String open() {
        return "SET GLOBAL read_only=OFF";
    }

    @Override
    public String close() {
        return "SET GLOBAL read_only=ON";
    }

    /** {@code read_only} does not hold an account with {@code READ_ONLY ADMIN}; a lock does. */
    @Override
    public List<String> beforeClosing() {
        return List.of("FLUSH TABLES WITH READ LOCK");
    }

    @Override
    public List<String> afterClosing() {
        return List.of("UNLOCK TABLES");
    }

    /** What the server wrote itself counts too: the source is to send what comes after it. */
    @Override
    public List<String> beforeFollowing(GtidSet executed) {
        return List.of("SET GLOBAL gtid_slave_pos=" + SqlText.literal(executed.toString()));
    }

    @Override
    public String startApplier() {
        return "START SLAVE SQL_THREAD";
    }

    @Override
    public String follow(MySqlServer source, String user, CharSequence password, Tls tls) {
        return "CHANGE MASTER TO MASTER_HOST=" + SqlText.literal(source.host())
                + ", MASTER_PORT=" + source.port()
                + ", MASTER_USER=" + SqlText.literal(user)
                + ", MASTER_PASSWORD=" + SqlText.literal(password)
                // slave_pos, not current_pos: after a crash the source may lack this server's last own transactions,
                // and being asked for what comes after them it would refuse for good.
                + ", MASTER_USE_GTID=slave_pos, MASTER_CONNECT_RETRY=1, MASTER_HEARTBEAT_PERIOD=0.5"
                + (tls instanceof Tls.Off ? ", MASTER_SSL=0" : ", MASTER_SSL=1")
                + ", MASTER_SSL_VERIFY_SERVER_CERT=0";
    }

    @Override
    public String statusRight() {
        return "SLAVE MONITOR";
    }

    @Override
    public String isWritable() {
        return "SELECT IF(CAST(@@global.read_only AS CHAR) IN ('0', 'OFF'), 1, 0)";
    }

    /** Its newer name is known from 11.1 on. */
    @Override
    public String isSessionReadOnly() {
        return "SELECT @@session.tx_read_only";
    }

    @Override
    public String tellCommits() {
        return "SET SESSION session_track_system_variables=CONCAT(@@session.session_track_system_variables,"
                + " ',last_gtid')";
    }

    @Override
    public String lastCommit() {
        return "SELECT @@session.last_gtid";
    }

    @Override
    public boolean keepsRelayLogAtStart() {
        return false;
    }

    @Override
    public String isOpen() {
        return "CAST(@@global.read_only AS CHAR) IN ('0', 'OFF')";
    }

    @Override
    public String isClosed() {
        return "NOT (" + isOpen() + ")";
    }

    /**
     * Out with the sessions first: read_only would wait for a long statement to end, and let it commit. Who connects
     * meanwhile and has begun a transaction cannot commit it under read_only.
     */
    @Override
    public String closesItself(String spared) {
        return """
                BEGIN
                  DECLARE gone BOOLEAN DEFAULT FALSE;
                  DECLARE session BIGINT UNSIGNED;
                  DECLARE sessions CURSOR FOR %s;
                  DECLARE CONTINUE HANDLER FOR NOT FOUND SET gone = TRUE;
                  DECLARE CONTINUE HANDLER FOR 1094 BEGIN END;
                  OPEN sessions;
                  ending: LOOP
                    FETCH sessions INTO session;
                    IF gone THEN
                      LEAVE ending;
                    END IF;
                    KILL CONNECTION session;
                  END LOOP;
                  CLOSE sessions;
                  SET GLOBAL read_only = ON;
                END;
                """.formatted(sessionsExcept(spared));
    }

    @Override
    public List<String> opens() {
        return List.of("SET GLOBAL read_only = OFF");
    }

    /** There is no such thing: sessions are ended, and come back to a server that is closed. */
    @Override
    public List<String> keepsOut() {
        return List.of();
    }

    /**
     * The ids of all sessions but those of an account, of replication and of the server itself. Not out of
     * information_schema.PROCESSLIST, which needs space on a disk that may be full. Here who belongs to the server has no name.
     */
    private static String sessionsExcept(String spared) {
        return "SELECT PROCESSLIST_ID FROM performance_schema.threads WHERE PROCESSLIST_USER <> "
                + SqlText.literal(spared)
                + " AND PROCESSLIST_USER <> 'system user' AND PROCESSLIST_COMMAND <> 'Binlog Dump'";
    }

    @Override
    public String closes() {
        return "SET GLOBAL read_only = ON";
    }

    @Override
    public String isSettled() {
        return "SELECT 1";
    }

    @Override
    public List<String> letsIn() {
        return List.of();
    }

    /** A prepared XA transaction cannot be committed under read_only. */
    @Override
    public String preparedWrites() {
        return "SELECT 0";
    }

    @Override
    public List<String> fencingRights() {
        return List.of("PROCESS", "SLAVE MONITOR", "CONNECTION ADMIN", "READ_ONLY ADMIN");
    }

    @Override
    public List<String> guardRights() {
        return List.of("EVENT", "PROCESS", "CONNECTION ADMIN", "READ_ONLY ADMIN");
    }

    @Override
    public String stateOfCommits() {
        return "Commit";
    }

    @Override
    public String commentOfEvent(String schema, String name) {
        return "SELECT comment FROM mysql.event WHERE db = " + SqlText.literal(schema) + " AND name = "
                + SqlText.literal(name) + " AND status = 'ENABLED'";
    }
}
