package io.releve.controller;

import io.releve.codec.FencingLog;
import io.releve.codec.NodeReport;
import io.releve.coordination.View;
import io.releve.model.ClusterConfig;
import io.releve.node.Sight;
import java.util.Map;

/**
 * All that a decision rests on, seen at one moment.
 *
 * @param config what is declared
 * @param view who is there
 * @param reports what each node last reported
 * @param fencing which nodes were fenced
 */
record Observed(ClusterConfig config, View view, Map<String, NodeReport> reports, FencingLog fencing) {

    static Observed of(ClusterConfig config, Sight sight) {
        return new Observed(config, sight.view(), sight.reports(), sight.fencing());
    }
}
