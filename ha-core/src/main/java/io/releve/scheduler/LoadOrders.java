package io.releve.scheduler;

/** Has resources wait, where capacity counts, until those that leave their node are gone. */
final class LoadOrders {

    private final Cluster cluster;
    private final Acts acts;
    private final Relations relations;

    LoadOrders(Cluster cluster, Acts acts, Relations relations) {
        this.cluster = cluster;
        this.acts = acts;
        this.relations = relations;
    }

    void make() {
        if (cluster.options.strategy() == Options.Strategy.DEFAULT) {
            return;
        }
        Act[] gone = new Act[cluster.nodes.size()];
        for (Node node : cluster.nodes) {
            gone[node.index] = acts.free(Task.LOAD_GONE, node, true);
        }
        cluster.forEachPrimitive(unit -> {
            if (!unit.managed || unit.utilization.isEmpty()) {
                return;
            }
            for (Node node : unit.active) {
                Act leave = unit.act(Task.STOP, node);
                if (leave != null && leave.node == node) {
                    relations.between(leave, gone[node.index], Effect.LOAD | Effect.GRAPH_THEN);
                }
            }
            for (Node node : cluster.nodes) {
                if (unit.table.lists(node.index) && unit.table.get(node.index) >= 0) {
                    relations.from(gone[node.index], unit, Task.START, Effect.LOAD);
                    relations.from(gone[node.index], unit, Task.MIGRATE_TO, Effect.LOAD);
                }
            }
        });
    }
}
