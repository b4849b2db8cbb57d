package io.releve.scheduler;

/** Finds resources whose parameters have changed since they were started. */
final class Changes {

    private final Cluster cluster;
    private final Acts acts;
    private final Relations relations;

    Changes(Cluster cluster, Acts acts, Relations relations) {
        this.cluster = cluster;
        this.acts = acts;
        this.relations = relations;
    }

    void find() {
        // Written next.
    }
}
