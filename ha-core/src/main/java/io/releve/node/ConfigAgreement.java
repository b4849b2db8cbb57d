package io.releve.node;

import io.releve.codec.Codec;
import io.releve.coordination.Coordinator;
import io.releve.coordination.View;
import io.releve.model.ClusterConfig;
import io.releve.runtime.EventLoop;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that all nodes of a cluster declare the same: the first one writes its configuration, the others compare.
 * All methods are called on the loop.
 */
final class ConfigAgreement {

    private static final Logger LOG = LoggerFactory.getLogger(ConfigAgreement.class);
    private static final Duration RETRY = Duration.ofMillis(500);

    /** How this node's configuration stands to the cluster's. */
    enum Result {
        /** They are the same. */
        AGREED,
        /** This node's is being written: a later view will tell. */
        PENDING,
        /** They differ, and other members go by the cluster's. */
        REFUSED
    }

    private final String node;
    private final ClusterConfig declared;
    private final boolean adopts;
    private final Coordinator coordinator;
    private final EventLoop loop;
    private final Runnable lookAgain;
    private boolean writing;

    /**
     * An agreement that has not been looked for.
     *
     * @param adopts whether this node goes by the cluster's configuration where there is one, whatever it declares
     * @param lookAgain called when writing failed and some time has passed
     */
    ConfigAgreement(
            String node,
            ClusterConfig declared,
            boolean adopts,
            Coordinator coordinator,
            EventLoop loop,
            Runnable lookAgain) {
        this.node = node;
        this.declared = declared;
        this.adopts = adopts;
        this.coordinator = coordinator;
        this.loop = loop;
        this.lookAgain = lookAgain;
    }

    /** Compares, and writes this node's configuration where nobody else goes by another one. */
    Result look(Sight sight) {
        // Whether a node is in standby is the operator's to say, of the running cluster: it survives restarts.
        if (sight.config()
                .map(OperatorWishes::without)
                .filter(OperatorWishes.without(declared)::equals)
                .isPresent()) {
            return Result.AGREED;
        }
        if (adopts
                && sight.config()
                        .filter(config -> config.nodeNames().contains(node))
                        .isPresent()) {
            LOG.info(
                    "node {} goes by the cluster's configuration, not by what it declares: {}",
                    node,
                    ConfigDifference.describe(sight.config(), declared));
            return Result.AGREED;
        }
        View view = sight.view();
        boolean alone = view.members().keySet().stream().allMatch(node::equals);
        if (view.config().isPresent() && !alone) {
            return Result.REFUSED;
        }
        if (!writing) {
            writing = true;
            int version = view.config().map(found -> found.version()).orElse(-1);
            coordinator
                    .writeConfig(Codec.write(declared), version)
                    .whenComplete((done, failure) -> loop.execute(() -> written(failure)));
        }
        return Result.PENDING;
    }

    private void written(@org.jspecify.annotations.Nullable Throwable failure) {
        writing = false;
        if (failure != null) {
            LOG.info(
                    "the configuration was not written: {}",
                    Failures.of(failure).getMessage());
            loop.schedule(RETRY, lookAgain);
        }
    }

    /** Why this node cannot join, for people. */
    String refusal(Sight sight) {
        return "node " + node + " declares another configuration than the running cluster " + declared.name() + ": "
                + ConfigDifference.describe(sight.config(), declared)
                + "; give all nodes the same configuration, reconfigure the running cluster first, have this node"
                + " adopt the cluster's configuration, or stop all nodes before starting with a new one";
    }
}
