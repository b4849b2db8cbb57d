package io.releve.node;

import io.releve.fencing.LeaseTable.Life;
import java.util.HashMap;
import java.util.Map;

/**
 * What this node has promised to others, and whose ends it has sent.
 *
 * <p>A value: each change gives a new one.
 *
 * @param until when each promise runs out
 * @param ending the number of renewals that the sent end of each life names; sent, and not known to have failed
 */
record Promises(Map<Life, Long> until, Map<Life, Integer> ending) {

    static final Promises NONE = new Promises(Map.of(), Map.of());

    Promises {
        until = Map.copyOf(until);
        ending = Map.copyOf(ending);
    }

    boolean isRunning(Life to, long nowNanos) {
        Long end = until.get(to);
        return end != null && end - nowNanos > 0;
    }

    Promises given(Life to, long untilNanos) {
        Map<Life, Long> next = new HashMap<>(until);
        next.merge(to, untilNanos, (a, b) -> a - b > 0 ? a : b);
        return new Promises(next, ending);
    }

    Promises ending(Life life, int renewals) {
        Map<Life, Integer> next = new HashMap<>(ending);
        next.put(life, renewals);
        return new Promises(until, next);
    }

    /** The end was refused: it has not happened, and will not. */
    Promises endRefused(Life life) {
        Map<Life, Integer> next = new HashMap<>(ending);
        next.remove(life);
        return new Promises(until, next);
    }

    /** The life is seen to have renewed so often: an end that names fewer renewals cannot succeed any more. */
    Promises seen(Life life, int renewals) {
        Integer named = ending.get(life);
        return named != null && named >= 0 && named < renewals ? endRefused(life) : this;
    }
}
