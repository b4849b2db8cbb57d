package io.releve.lab.faults;

import io.releve.examples.lab.LabException;
import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.TrialCluster;

/**
 * The replica already has a row that the primary is about to insert: its applier stops with a duplicate key. Healed by
 * deleting the row behind the binary log's back.
 */
record Conflict() implements Fault {

    @Override
    public String describe() {
        return "the replica stops at a duplicate key";
    }

    @Override
    public Healing inject(TrialCluster cluster, LabHost host) throws InterruptedException {
        LabHost active = cluster.active().orElseThrow(() -> new LabException("the service is nowhere"));
        Administrator primary = new Administrator(cluster, active);
        Administrator replica = new Administrator(cluster, host);
        primary.execute("CREATE TABLE IF NOT EXISTS conflict (id INT PRIMARY KEY)", "DELETE FROM conflict");
        replica.awaitTable("conflict");
        replica.execute("SET SESSION sql_log_bin = 0", "REPLACE INTO conflict VALUES (1)");
        primary.execute("INSERT INTO conflict VALUES (1)");
        return () ->
                replica.attempt("SET SESSION sql_log_bin = 0", "DELETE FROM conflict WHERE id = 1", "START REPLICA");
    }
}
