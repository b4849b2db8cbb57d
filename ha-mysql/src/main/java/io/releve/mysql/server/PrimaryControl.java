package io.releve.mysql.server;

import io.releve.agent.SharedRecord;
import io.releve.agent.SharedRecord.Version;
import io.releve.agent.SharedRecordException;
import io.releve.agent.SharedRecordException.Reason;
import io.releve.mysql.config.MySqlServers;
import io.releve.mysql.replication.AcceptedLoss;
import io.releve.mysql.replication.Published;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The operator's words to a primary and its replicas: where the primary is wanted, and what may be lost when it cannot come
 * back.
 *
 * <p>Where the primary is wanted is a wish, not an order: the cluster moves it there as soon as that server may be promoted. It
 * outlives restarts, and does not keep another server from being promoted while the wanted one is away.
 *
 * <p>Given to the agent's builder, on the nodes where it is to be used; any node will do.
 *
 * <p>Thread-safety: all methods may be called from any thread, and none blocks.
 */
public final class PrimaryControl {

    private volatile @Nullable ClusterRecords records;
    private volatile @Nullable MySqlServers servers;

    /** A control that works once the agent of this JVM has been made. */
    public PrimaryControl() {}

    void attach(ClusterRecords known, MySqlServers all) {
        records = known;
        servers = all;
    }

    /**
     * Wants the primary on a node.
     *
     * @return ends when the wish is recorded, which is before the move; fails with {@link SharedRecordException}
     */
    public CompletionStage<Void> moveTo(String node) {
        return write(node);
    }

    /** Takes the wish back: the primary stays where it is. */
    public CompletionStage<Void> stayAnywhere() {
        return write("");
    }

    /** Where the primary is wanted, as far as this node has seen. */
    public Optional<String> wanted() {
        ClusterRecords known = records;
        return known == null
                ? Optional.empty()
                : known.wanted().current().map(Version::text).filter(text -> !text.isEmpty());
    }

    /**
     * Accepts that transactions of a lost primary are lost, so that a replica may take over although that exceeds the loss
     * budget of {@link Durability#async()}. Both numbers are those of the text with which the promotion was refused. The word
     * counts once: for this primary's epoch, and for no more transactions than were named.
     *
     * @param epoch the epoch of the lost primary
     * @param transactions how many of the transactions that it published may be lost
     * @return ends when the word is recorded, which is before the promotion; fails with {@link SharedRecordException}, and
     *     with {@link IllegalArgumentException} if the last primary that published anything was one of another epoch
     */
    public CompletionStage<Void> acceptLoss(long epoch, long transactions) {
        ClusterRecords known = records;
        if (known == null) {
            return notMade();
        }
        long last = known.lastPublished().value().map(Published::epoch).orElse(0L);
        if (last != epoch) {
            return CompletableFuture.failedFuture(new IllegalArgumentException("epoch " + epoch
                    + " is not the last that a primary published anything in; that is epoch " + last
                    + ". Look at the status again"));
        }
        return write(known.acceptedLossRecord(), new AcceptedLoss(epoch, transactions).text());
    }

    /**
     * Has a server's data replaced by a copy of the primary's, which is for servers that cannot follow any more: they have
     * transactions that the primary lacks, their data is damaged or lost, or the primary no longer has what they would need.
     * What the server has and the primary lacks is reported and kept first ({@link ErrantReport}); received transactions that
     * it has not applied are named in the log. The server's monitor and its node's log tell how far it is. It comes back as a
     * replica, and can be promoted once it has caught up.
     *
     * @param node the server's node, not the primary's
     * @return ends when the wish is recorded, which is before the rebuild; fails with {@link SharedRecordException}, and with
     *     {@link IllegalArgumentException} if no server is on that node
     */
    public CompletionStage<Void> rebuild(String node) {
        ClusterRecords known = records;
        MySqlServers all = servers;
        if (known == null || all == null) {
            return notMade();
        }
        return all.onNode(node)
                .map(server -> write(known.rebuild(server), RebuildRequest.WANTED.text()))
                .orElseGet(() -> CompletableFuture.failedFuture(
                        new IllegalArgumentException("no server is on node " + node + "; the servers are " + all)));
    }

    private CompletionStage<Void> write(String text) {
        ClusterRecords known = records;
        return known == null ? notMade() : write(known.wanted(), text);
    }

    private static CompletionStage<Void> notMade() {
        return CompletableFuture.failedFuture(new SharedRecordException(
                Reason.NOT_A_MEMBER, "the agent has not been made yet: start the cluster first", null));
    }

    private static CompletionStage<Void> write(SharedRecord record, String text) {
        return record.read()
                .thenCompose(now -> record.write(text, now.map(Version::number).orElse(SharedRecord.NONE)))
                .thenAccept(written -> {});
    }
}
