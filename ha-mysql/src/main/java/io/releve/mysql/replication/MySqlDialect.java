package io.releve.mysql.replication;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.config.ServerVersion;
import io.releve.mysql.config.Tls;
import java.time.Duration;

/**
 * MySQL, from 8.0.26.
 *
 * @param version the server's version
 */
record MySqlDialect(ServerVersion version) implements Dialect {

    @Override
    public GtidSet parseGtids(String text) {
        return MySqlGtidSet.parse(text);
    }

    @Override
    public String executedGtids() {
        return "SELECT @@global.gtid_executed";
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
    public boolean keepsRelayLogAtStart() {
        return true;
    }
}
