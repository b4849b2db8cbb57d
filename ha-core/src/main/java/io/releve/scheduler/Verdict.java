package io.releve.scheduler;

import io.releve.model.OnFail;
import io.releve.state.OperationResult;
import org.jspecify.annotations.Nullable;

/** What the results read so far, of one resource on one node, amount to. */
final class Verdict {

    final PrimitiveUnit unit;
    final Node node;
    OnFail reaction = OnFail.IGNORE;

    @Nullable
    OperationResult lastFailure;

    Verdict(PrimitiveUnit unit, Node node) {
        this.unit = unit;
        this.node = node;
    }

    void worsen(OnFail another) {
        if (another.compareTo(reaction) > 0) {
            reaction = another;
        }
    }

    /** Something succeeded that makes earlier failures void. */
    void clear() {
        switch (reaction) {
            case IGNORE, DEMOTE, RESTART, BLOCK -> {
                reaction = OnFail.IGNORE;
                unit.next = Phase.UNKNOWN;
                lastFailure = null;
            }
            default -> {
                // Bans, stops, standby and fencing stay until someone clears the failures.
            }
        }
    }
}
