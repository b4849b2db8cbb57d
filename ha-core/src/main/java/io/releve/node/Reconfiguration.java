package io.releve.node;

import io.releve.codec.Codec;
import io.releve.coordination.CoordinationException;
import io.releve.coordination.Coordinator;
import io.releve.coordination.View;
import io.releve.model.ClusterConfig;
import io.releve.model.ConfigProblem;
import io.releve.model.InvalidConfigurationException;
import io.releve.model.Primitive;
import io.releve.runtime.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces the configuration of a running cluster, against the version that it was derived from. All nodes go by the new
 * one as soon as they see it, and the controller plans what it takes.
 *
 * <p>All methods are called on the loop.
 */
public final class Reconfiguration {

    private static final Logger LOG = LoggerFactory.getLogger(Reconfiguration.class);
    private static final int ATTEMPTS = 5;
    private static final Duration RETRY = Duration.ofMillis(100);

    private final NodeSettings settings;
    private final NodeRuntime node;
    private final Coordinator coordinator;
    private final EventLoop loop;
    private final Sight sight;

    /** Changes nothing yet. */
    public Reconfiguration(
            NodeSettings settings, NodeRuntime node, Coordinator coordinator, EventLoop loop, Sight sight) {
        this.settings = settings;
        this.node = node;
        this.coordinator = coordinator;
        this.loop = loop;
        this.sight = sight;
    }

    /**
     * Changes the configuration.
     *
     * @param change from the configuration in force to the new one; called again where somebody else was faster
     * @return ends when the new one is in force; fails with {@link InvalidConfigurationException} if it cannot be, with
     *     {@link CoordinationException} if it could not be written, with what {@code change} throws
     */
    public CompletionStage<Void> change(UnaryOperator<ClusterConfig> change) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        attempt(change, ATTEMPTS, result);
        return result;
    }

    private void attempt(UnaryOperator<ClusterConfig> change, int attempts, CompletableFuture<Void> result) {
        View view = sight.view();
        Optional<ClusterConfig> present = sight.config();
        if (!node.isMember() || present.isEmpty()) {
            result.completeExceptionally(new CoordinationException.NotAMember("node " + settings.name()
                    + " is no member of the cluster at present: the configuration was not changed"));
            return;
        }
        ClusterConfig next;
        try {
            next = change.apply(present.get());
            check(next, present.get(), view);
        } catch (RuntimeException refused) {
            result.completeExceptionally(refused);
            return;
        }
        if (next.equals(present.get())) {
            result.complete(null);
            return;
        }
        int version = view.config().map(document -> document.version()).orElse(-1);
        String difference = ConfigDifference.describe(present, next);
        coordinator
                .writeConfig(Codec.write(next), version)
                .whenComplete((done, failure) -> loop.execute(() -> {
                    if (failure == null) {
                        LOG.info("the cluster has a new configuration: {}", difference);
                        result.complete(null);
                    } else if (Failures.of(failure) instanceof CoordinationException.Conflict && attempts > 1) {
                        loop.schedule(RETRY, () -> attempt(change, attempts - 1, result));
                    } else {
                        result.completeExceptionally(Failures.of(failure));
                    }
                }));
    }

    private void check(ClusterConfig next, ClusterConfig present, View view) {
        List<ConfigProblem> problems = new ArrayList<>();
        if (!next.name().equals(present.name())) {
            problems.add(new ConfigProblem(
                    "name", "a running cluster keeps its name, '" + present.name() + "', not '" + next.name() + "'"));
        }
        for (String member : new TreeSet<>(view.members().keySet())) {
            if (!next.nodeNames().contains(member)) {
                problems.add(new ConfigProblem(
                        "nodes", "node " + member + " is a member now: have it leave before it is taken out"));
            }
        }
        for (Primitive primitive : next.primitives()) {
            if (!settings.agents().containsKey(primitive.agent())) {
                problems.add(new ConfigProblem(
                        "resources/" + primitive.id() + "/agent",
                        "node " + settings.name() + " has no agent '" + primitive.agent()
                                + "': change the configuration on a node that has it; registered here are "
                                + new TreeSet<>(settings.agents().keySet())));
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidConfigurationException(problems);
        }
    }
}
