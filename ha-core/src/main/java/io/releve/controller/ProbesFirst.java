package io.releve.controller;

import io.releve.scheduler.Action;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps plans to a size that fits into one document. What a young cluster of many nodes and resources is full of are
 * probes: of each resource on each node. Where there are too many steps, only probes are published, as many as fit, and
 * the next plan goes on when they are done. Whatever waits for a probe waits for all of them anyhow.
 */
final class ProbesFirst {

    /** How many steps a plan may have while it has probes: about 6 MB of JSON, 300 kB when compressed. */
    static final int MOST_STEPS = 20_000;

    private ProbesFirst() {}

    /** The steps, or, where there are more than fit, the first probes among them. */
    static List<Action> of(List<Action> actions) {
        return of(actions, MOST_STEPS);
    }

    static List<Action> of(List<Action> actions, int most) {
        if (actions.size() <= most) {
            return actions;
        }
        List<Action> probes = new ArrayList<>();
        for (Action action : actions) {
            if (probes.size() < most && isProbe(action)) {
                probes.add(renumbered(action, probes.size()));
            }
        }
        return probes.isEmpty() ? actions : probes;
    }

    private static boolean isProbe(Action action) {
        return action.isOperation()
                && action.operation().equals("monitor")
                && action.interval().isZero()
                && action.after().isEmpty();
    }

    private static Action renumbered(Action action, int id) {
        return new Action(
                id,
                action.kind(),
                action.operation(),
                action.resourceId(),
                action.node(),
                action.interval(),
                action.timeout(),
                action.expectedCode(),
                action.parameters(),
                action.meta(),
                action.after(),
                action.fencing(),
                action.notification());
    }
}
