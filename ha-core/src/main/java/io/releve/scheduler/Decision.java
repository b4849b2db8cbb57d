package io.releve.scheduler;

import io.releve.model.ClusterConfig;
import io.releve.state.ClusterState;
import java.time.Instant;
import java.util.List;

/** One planning from beginning to end. */
final class Decision {

    final Cluster cluster;
    final Acts acts;
    final Graph graph;

    Decision(ClusterConfig config, ClusterState state, Instant now) {
        cluster = new Cluster(config, state, now);
        acts = new Acts(cluster);
        Relations relations = new Relations(acts);
        Failures failures = new Failures(cluster);
        Colocations colocations = understand(failures);
        Orders orders = new Orders(cluster, acts, relations);
        orders.read();
        orders.readApart(colocations.all);
        relations.recordMade();
        new Changes(cluster, acts, failures).find();
        new Placement(cluster, colocations).placeAll();
        // Only now: what is unmanaged is left out, and placing can find that something is.
        relations.recordImplied();
        Collectives collectives = new Collectives(acts, relations);
        cluster.units.forEach(collectives::relate);
        relations.recordMade();
        makeActions(relations, collectives);
        Fencing fencing = new Fencing(cluster, acts, relations);
        fencing.make();
        orders.connectCounters();
        relations.apply();
        new Propagation(acts).run();
        new Notifications(cluster, acts).make();
        graph = new Graph(acts);
    }

    /** From declarations and observations to what the situation is. */
    private Colocations understand(Failures failures) {
        UnitTree tree = new UnitTree(cluster);
        tree.build();
        new HistoryReader(cluster, tree, failures).read();
        Preferences preferences = new Preferences(cluster);
        preferences.read();
        Colocations colocations = new Colocations(cluster);
        colocations.read();
        new Tickets(cluster).apply();
        new ShutdownLocks(cluster).apply();
        preferences.apply();
        failures.ban();
        preferences.banUndiscovered();
        colocations.chainGroups();
        return colocations;
    }

    private void makeActions(Relations relations, Collectives collectives) {
        cluster.forEachPrimitive(unit -> {
            unit.failuresToClear.forEach((node, why) -> {
                Act clear = acts.request(unit, Task.CLEAR_FAILURES, node, true);
                clear.required = true;
                clear.why = why;
            });
            for (Node node : unit.historyToDelete) {
                acts.request(unit, Task.DELETE, node, true).required = true;
            }
        });
        new Probes(cluster, acts, relations).make();
        PrimitiveActions primitives = new PrimitiveActions(cluster, acts, relations);
        for (Unit unit : cluster.units) {
            make(unit, primitives, collectives);
        }
        new LoadOrders(cluster, acts, relations).make();
    }

    private static void make(Unit unit, PrimitiveActions primitives, Collectives collectives) {
        if (unit instanceof PrimitiveUnit primitive) {
            primitives.make(primitive);
            return;
        }
        for (Unit child : unit.children()) {
            make(child, primitives, collectives);
        }
        collectives.make(unit);
    }

    List<Summary.Line> summary() {
        return new Summary(cluster).lines(acts.all);
    }

    List<Transition.Placed> placement() {
        return new Outcome(cluster, graph).placement();
    }

    Transition transition() {
        return new TransitionWriter(this).write();
    }
}
