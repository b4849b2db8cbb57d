package io.releve.mysql.server;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.replication.GtidSet;
import io.releve.mysql.replication.PrimaryRecord;
import io.releve.mysql.replication.ReplicaStatus;
import io.releve.mysql.replication.ReplicaStatus.Receiver;
import io.releve.mysql.replication.ReplicationLink;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Asks a primary's replicas how they stand to it. */
final class ReplicaViews {

    private static final Duration LOCAL_LIMIT = Duration.ofSeconds(2);
    private static final Duration PEER_LIMIT = Duration.ofMillis(300);

    private final ServerState state;
    private final MySqlServer self;

    ReplicaViews(ServerState state) {
        this.state = state;
        this.self = state.self;
    }

    /**
     * All of them.
     *
     * @param executed what this server had executed a moment ago
     */
    List<ReplicaView> ask(GtidSet executed) throws SQLException {
        List<CompletableFuture<ReplicaView>> answers = new ArrayList<>();
        for (ServerSession session : state.peers()) {
            answers.add(CompletableFuture.supplyAsync(() -> ask(session, executed), state.threads()));
        }
        List<ReplicaView> peers = answers.stream().map(CompletableFuture::join).toList();
        // In this order: what this server writes in between does not matter.
        GtidSet logged = state.background.ask(LOCAL_LIMIT, ReplicationLink::logged);
        return peers.stream()
                .map(peer -> peer.executed()
                                .filter(theirs -> !logged.contains(theirs))
                                .isPresent()
                        ? peer.errant()
                        : peer)
                .toList();
    }

    /** One of them; says that it is silent where it does not answer. */
    ReplicaView ask(ServerSession session, GtidSet executed) {
        MySqlServer peer = session.server();
        String promoted = state.records.primary().map(PrimaryRecord::gtids).orElse("");
        try {
            return session.ask(PEER_LIMIT, link -> {
                Optional<ReplicaStatus> status = link.status();
                boolean follows = status.filter(known -> known.follows(self, state.settings.replicationUser(peer)))
                        .filter(known -> known.receiver() == Receiver.RUNNING)
                        .isPresent();
                // A replica that does not acknowledge is always a moment behind: what is on its way counts.
                boolean complete = link.received().contains(executed)
                        || (follows && link.await(executed.minus(link.executed()), PEER_LIMIT.dividedBy(2)));
                return new ReplicaView(
                        peer,
                        true,
                        false,
                        follows,
                        link.semiSync().isAcknowledging(),
                        complete,
                        !link.couldApplyFaster(promoted),
                        Optional.of(link.executed()));
            });
        } catch (SQLException e) {
            return ReplicaView.silent(peer, isRefused(e));
        }
    }

    /** Nobody listens at the server's port: its process is gone. */
    private static boolean isRefused(SQLException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof java.net.ConnectException) {
                return true;
            }
        }
        return false;
    }
}
