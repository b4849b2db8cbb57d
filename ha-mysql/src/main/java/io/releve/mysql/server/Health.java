package io.releve.mysql.server;

import io.releve.agent.Outcome;
import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.replication.ReplicaStatus;
import io.releve.mysql.replication.ReplicaStatus.Receiver;
import io.releve.mysql.server.CatchUp.Decision;
import java.util.Optional;

/** What a monitor says of a server that answers. */
final class Health {

    private Health() {}

    /**
     * The outcome. An applier that stopped on an error (a conflict, 1062, above all) is a failure: the server's data is
     * no longer that of the others, though it answers. A receiver that cannot go on is a matter for people, while the
     * server serves. A source that is down is neither.
     *
     * @param status the state of replication; empty if it is not set up
     * @param decision what is known of the catching up
     */
    static Outcome of(MySqlServer self, Optional<ReplicaStatus> status, Decision decision) {
        if (status.isPresent()) {
            ReplicaStatus replica = status.get();
            String source = replica.sourceHost() + ":" + replica.sourcePort();
            if (replica.applierError().isPresent()) {
                return Outcome.failed(
                        "server " + self + " cannot apply what it received from " + source + ": "
                                + replica.applierError().get()
                                + ". Its data differs from its source's: compare the rows, correct them, and start replication");
            }
            if (replica.receiver() == Receiver.STOPPED
                    && replica.receiverError().isPresent()) {
                return degraded("server " + self + " receives nothing from " + source + ": "
                        + replica.receiverError().get());
            }
            if (decision instanceof Decision.Ready
                    && (replica.receiver() == Receiver.STOPPED) != !replica.applierRunning()) {
                return degraded(
                        "one half of the replication of server " + self + " from " + source + " was stopped by hand");
            }
        }
        if (decision instanceof Decision.Waiting || decision instanceof Decision.Unreachable) {
            return degraded("server " + self + " " + decision.text());
        }
        return Outcome.ok();
    }

    private static Outcome degraded(String reason) {
        return new Outcome(Outcome.Code.DEGRADED, reason);
    }
}
