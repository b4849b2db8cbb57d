package io.releve.mysql.replication;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.config.ServerVersion;
import io.releve.mysql.config.ServerVersion.Flavor;
import io.releve.mysql.config.Tls;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Everything in which the servers' languages differ. Stateless; may be used from any thread.
 */
public sealed interface Dialect permits MySqlDialect, MariaDbDialect {

    /**
     * Asks a server what it is.
     *
     * @throws SQLException if it cannot be asked, or Relève does not speak its language (SQLState 0A000)
     */
    static Dialect of(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT CONCAT(VERSION(), ' ', @@global.version_comment)")) {
            row.next();
            return of(ServerVersion.parse(row.getString(1)));
        } catch (IllegalArgumentException e) {
            throw new SQLException(e.getMessage(), "0A000", e);
        }
    }

    /**
     * The language of a version.
     *
     * @throws IllegalArgumentException if Relève does not speak it
     */
    static Dialect of(ServerVersion version) {
        if (!version.isSupported()) {
            throw new IllegalArgumentException("the server is " + version
                    + "; Relève needs MySQL 8.0.26 or later, or MariaDB 10.6.1 or later. Upgrade the server");
        }
        return version.flavor() == Flavor.MARIADB ? new MariaDbDialect() : new MySqlDialect(version);
    }

    /** Reads a GTID set in this server's form. */
    GtidSet parseGtids(String text);

    /** The query for all transactions that the server has executed, its own and others'; one column, one row. */
    String executedGtids();

    /**
     * The query for all transactions that the server has executed or written to its log, those included that wait for an
     * acknowledgement; one column, one row.
     */
    default String loggedGtids() {
        return executedGtids();
    }

    /**
     * The query that waits until the server has executed a set; 0 in its one column means that it has.
     *
     * @param gtids what to wait for; nothing that comes from the server itself
     * @param limit how long at most
     */
    String waitFor(GtidSet gtids, Duration limit);

    /**
     * The part of a set that no replication will ever bring, because the server itself once wrote it and servers do not
     * take their own transactions back.
     *
     * @param gtids what is missing
     * @param self the server that misses it
     */
    GtidSet unreceivable(GtidSet gtids, MySqlServer self);

    /** The statement that shows the state of replication. */
    String showReplicaStatus();

    /** Starts receiving and applying. */
    String startReplica();

    /** Stops receiving and applying. */
    String stopReplica();

    /** Starts only the applier. */
    String startApplier();

    /** Stops only the receiver. */
    String stopReceiver();

    /**
     * The question for the session of an applier that, told to stop, would wait for the rest of a transaction of which it
     * has half; an empty answer: there is none. To be asked when the receiver is stopped. Empty where appliers do not wait.
     */
    Optional<String> waitsForTheRest();

    /** Whether a receiver that acknowledges tells its source when it stops, and waits for it; see {@link Parting}. */
    boolean takesLeave();

    /** Starts only the receiver. */
    String startReceiver();

    /** Forgets the source and what was received from it. */
    String forgetSource();

    /** Whether an error says that the server cannot read from whom it has received: then it takes no new source either. */
    boolean isUnreadableSource(int error);

    /** Whether an applier's error says that what was received cannot be read. */
    boolean isTornRelayLog(int error);

    /** Forgets what was received, and not from whom. */
    String forgetReceived();

    /** The query that tells whether the server acknowledges as a replica: 1 if so. */
    String isAcknowledging();

    /** Has the server acknowledge as a replica, or not; what it receives while it does is on disk, unless the server never needs that. */
    List<String> acknowledge(boolean yes);

    /** Has a replica receive without waiting for its disk; empty if it never waits for it. */
    default List<String> receiveInHaste() {
        return List.of();
    }

    /** Has a replica put on disk what it receives from here on; empty if it never needs to. */
    default List<String> receiveDurably() {
        return List.of();
    }

    /** Has what is written from here on count as written by no primary; before commits stop waiting for acknowledgements. */
    default List<String> endEpoch() {
        return List.of();
    }

    /** Has the server wait, as a primary, for so many acknowledgements of each commit; 0: none. */
    List<String> awaitAcknowledgements(int count);

    /** The query for the commits that have been acknowledged and the sessions that wait for an acknowledgement: {@code n m}. */
    String acknowledgements();

    /**
     * Has a replica go on from a place in its source's log: by that it acknowledges all that comes before. Replication must be
     * stopped, and everything received must have been applied.
     */
    String followFrom(String file, long position);

    /** Has a replica ask by GTID again; likewise. */
    String followByGtid();

    /**
     * Lets administrators write, and nobody else.
     *
     * @param self the server
     * @param epoch of the promotion
     */
    List<String> prepareToOpen(MySqlServer self, long epoch);

    /** Lets everybody write. */
    String open();

    /** Closes to writes. */
    String close();

    /** What keeps everybody from writing while the server is closed, and sessions are ended that could write all the same. */
    default List<String> beforeClosing() {
        return List.of();
    }

    /** Takes that back. */
    default List<String> afterClosing() {
        return List.of();
    }

    /**
     * Starts replication from a primary; it must be stopped altogether.
     *
     * @param self the replica
     * @param past whether the replica has all that the primary had executed when it was promoted
     */
    default List<String> startFollowing(MySqlServer self, boolean past) {
        return List.of(startReplica());
    }

    /** The number of the server that goes by a server id at the moment. */
    default long numberOf(long serverId) {
        return serverId;
    }

    /** The query that tells whether transactions are applied side by side where that keeps their order: 1 if so. */
    default String appliesSideBySide() {
        return "SELECT 1";
    }

    /** The query for the transactions after which a source would be asked to go on; one column, one row. */
    String replicatedGtids();

    /**
     * What must be done before a server that may have been a primary itself can follow another.
     *
     * @param executed all that it has executed
     */
    default List<String> beforeFollowing(GtidSet executed) {
        return List.of();
    }

    /**
     * Makes a server follow another by GTID. The statement holds the password: it must not be logged.
     *
     * @param source whom to follow
     * @param user the replication account there
     * @param password its password
     * @param tls how to encrypt
     */
    String follow(MySqlServer source, String user, CharSequence password, Tls tls);

    /** The rights that a replica's account needs on its source. */
    default List<String> replicationRights() {
        return List.of("REPLICATION SLAVE");
    }

    /** The right to see the state of replication. */
    String statusRight();

    /** The query that tells whether the server takes writes from ordinary accounts: 1 if so. */
    String isWritable();

    /** The query that tells whether this session's transactions are read-only unless they say otherwise: 1 if so. */
    String isSessionReadOnly();

    /** The statement that has the server tell, with its answer to each of this session's commits, the transaction's id. */
    String tellCommits();

    /**
     * The query for the id of this session's last commit, or of one that the server has executed later; one column, one row. To be
     * asked right after the commit, where the driver does not pass on what {@link #tellCommits()} has the server tell.
     */
    String lastCommit();

    /**
     * Whether received events survive the start of replication. If not, the server throws them away and fetches them
     * again, so replication should start only while its source answers.
     */
    boolean keepsRelayLogAtStart();

    /**
     * The condition, in the server's language, under which it takes writes from anybody: an account with all rights
     * included, where the server can keep such an account out at all.
     */
    String isOpen();

    /**
     * The condition, in the server's language, under which it has been closed to the end: none of its own closing is under way
     * any more. A server that waits for a commit before it is closed is neither open nor closed.
     */
    String isClosed();

    /**
     * The statements, as they stand in the body of an event, by which the server closes itself to writes.
     *
     * @param spared the account of the agent, whose sessions are left alone
     */
    String closesItself(String spared);

    /** The statements that open the server to writes. */
    List<String> opens();

    /** The statements that keep ordinary sessions out, before the server is closed over a connection. */
    List<String> keepsOut();

    /** The statement that closes the server to writes; it waits for running commits to end. */
    String closes();

    /** The query that tells whether a server that is closed is so for good: 0 while what closes it still waits. */
    String isSettled();

    /** The statements that let ordinary sessions in again, after the server has been closed. */
    List<String> letsIn();

    /** The query for the number of prepared transactions that could be committed although the server is closed. */
    String preparedWrites();

    /** The rights on everything that an account needs to close this server from another node. */
    List<String> fencingRights();

    /** The rights on everything that the account needs in whose name the server closes itself. */
    List<String> guardRights();

    /** What the server says in its list of sessions of one that commits. */
    String stateOfCommits();

    /** The query for the comment of an event, if it is there and enabled. It needs no space on the disk. */
    String commentOfEvent(String schema, String name);

    /** What lets an administrator, and nobody else, write to a server that is closed. */
    default List<String> beforeOwnAccounts() {
        return List.of();
    }

    /** Ends what {@link #beforeOwnAccounts} began. */
    default List<String> afterOwnAccounts() {
        return List.of();
    }
}
