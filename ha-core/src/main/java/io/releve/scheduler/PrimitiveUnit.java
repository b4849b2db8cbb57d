package io.releve.scheduler;

import io.releve.model.Primitive;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One service, or one instance of it, during one planning. */
final class PrimitiveUnit extends Unit {

    /** What must be there before it may start. */
    enum Requires {
        NOTHING,
        QUORUM,
        FENCING
    }

    final Primitive primitive;
    final Requires requires;
    final int stickiness;
    final int migrationThreshold;
    final long failureTimeoutSeconds;
    final Map<String, Integer> utilization;

    @Nullable
    Node assigned;

    /** The id under which its history was found, where that is not its own. */
    @Nullable
    String historyId;

    boolean startPending;

    /** Whether its promotion has begun and not ended. */
    boolean promotePending;

    boolean failureIgnored;
    boolean unmigratable;
    /** Only the copies that are not where it should be are stopped. */
    boolean stopUnexpected;

    @Nullable
    Node migrationSource;

    @Nullable
    Node migrationTarget;
    /** Nodes that a finished migration left without being stopped there. */
    final List<Node> leftBehind = new ArrayList<>(0);

    final List<Node> stopsRequired = new ArrayList<>(0);
    final List<Node> demotesRequired = new ArrayList<>(0);
    /** Recurring monitors that run now, by node. */
    final Map<Node, Set<MonitorKey>> monitors = new HashMap<>(2);
    /** Recurring monitors that must begin anew, by node. */
    final Map<Node, Set<MonitorKey>> monitorsToRestart = new HashMap<>(0);
    /** Nodes where its failures are to be forgotten, and why. */
    final Map<Node, String> failuresToClear = new HashMap<>(0);
    /** Nodes whose history of it is to be forgotten. */
    final List<Node> historyToDelete = new ArrayList<>(0);
    /** The probe of each node that has not been asked yet. */
    final List<Act> probes = new ArrayList<>(0);
    /** The node to which it is bound until that comes back, and since when in epoch seconds. */
    @Nullable
    Node lockedTo;

    long lockedSince;

    /** An operation that runs at this moment, as far as is known. */
    @Nullable
    Node pendingOn;

    private @Nullable Map<String, String> plainParameters;

    PrimitiveUnit(
            String id,
            @Nullable Unit parent,
            Map<String, String> meta,
            int nodes,
            Primitive primitive,
            Requires requires,
            Map<String, Integer> utilization) {
        super(id, parent, meta, nodes);
        this.primitive = primitive;
        this.requires = requires;
        this.utilization = utilization;
        String sticky = meta.get("resource-stickiness");
        this.stickiness = Values.score(sticky, 0);
        String threshold = meta.get("migration-threshold");
        int limit = Values.score(threshold, ScoreTable.INFINITY);
        this.migrationThreshold = limit < 0 ? ScoreTable.INFINITY : limit;
        this.failureTimeoutSeconds = Values.seconds(meta.get("failure-timeout"));
    }

    /** A recurring monitor: its operation's name and interval. */
    record MonitorKey(String name, long intervalMillis) {}

    @Override
    List<Unit> children() {
        return List.of();
    }

    @Override
    int rank() {
        return 1;
    }

    @Override
    @Nullable
    Node assigned() {
        return assigned;
    }

    @Override
    boolean needsFencing() {
        return requires == Requires.FENCING;
    }

    @Override
    @Nullable
    Node currentNode() {
        return migrationSource != null && active.contains(migrationSource) ? migrationSource : super.currentNode();
    }

    @Override
    void forEachPrimitive(Consumer<PrimitiveUnit> action) {
        action.accept(this);
    }

    boolean isFencingDevice() {
        return primitive.agent().startsWith("stonith:");
    }

    /** Whether it is part of a promotable clone. */
    boolean isPromotable() {
        CloneUnit clone = inClone();
        return clone != null && clone.promotable;
    }

    /** What a successful start makes of it. */
    Phase activePhase() {
        return isPromotable() ? Phase.UNPROMOTED : Phase.STARTED;
    }

    /** The name under which people and nodes know it: without the number, unless instances have identities. */
    String publicId() {
        return isUnique() ? id : primitive.id();
    }

    Map<String, String> parameters(Parameters source, @Nullable Node node) {
        if (node == null || !source.dependOnNode(this)) {
            if (plainParameters == null) {
                plainParameters = source.of(this, null);
            }
            return plainParameters;
        }
        return source.of(this, node);
    }

    void requireStop(Node node) {
        if (!stopsRequired.contains(node)) {
            stopsRequired.add(node);
        }
    }
}
