package io.releve.node;

import io.releve.state.OperationResult;
import io.releve.state.Roles;
import java.util.List;

/** Whether anything may run on this node, as far as its own ledger knows. */
final class ActiveHere {

    private ActiveHere() {}

    static boolean anything(Ledger ledger) {
        return ledger.resources().stream().map(ledger::history).anyMatch(ActiveHere::mayBeActive);
    }

    /** Whether the last word on a resource is that it could not be stopped. */
    static boolean couldNotBeStopped(List<OperationResult> history) {
        boolean failed = false;
        for (OperationResult result : history) {
            boolean stopped = result.code() == 7 || (result.operation().equals("stop") && result.code() == 0);
            boolean pending = result.status() == OperationResult.Status.PENDING;
            failed = !stopped && !pending && (failed || result.operation().equals("stop"));
        }
        return failed;
    }

    /**
     * Whether a resource runs, or something of it may: whoever says that it has left answers for it that nothing is left
     * behind, and an operation that failed may have left anything.
     *
     * @param history its results on this node, the oldest first
     */
    static boolean mayBeActive(List<OperationResult> history) {
        boolean doubt = false;
        for (OperationResult result : history) {
            boolean asksOnly = result.operation().equals("monitor");
            boolean stopped = result.code() == 7 || (result.operation().equals("stop") && result.code() == 0);
            doubt = !stopped && (doubt || (!asksOnly && result.code() != 0));
        }
        return doubt || Roles.of(history).isActive();
    }
}
