package io.releve.status;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A node that was fenced, or is to be.
 *
 * @param node the node
 * @param action {@code off} or {@code reboot}
 * @param by the controller that did it, or does
 * @param reason why
 * @param since when it was decided; for a node that was fenced, when it was certain
 * @param took how long it took; empty as long as it is not certain
 * @param text what made it certain and which level did it; or why the last attempt failed, and what a person can do
 * @param attempts how often all levels failed
 * @param nextTry when it is tried again; empty while it is being tried, when it was given up, and when it is done
 */
public record FencingStatus(
        String node,
        String action,
        String by,
        String reason,
        Instant since,
        Optional<Duration> took,
        String text,
        int attempts,
        Optional<Instant> nextTry) {

    /** Whether it is certain that the node does no harm. */
    public boolean isDone() {
        return took.isPresent();
    }

    @Override
    public String toString() {
        if (isDone()) {
            return action + " of " + node + " by " + by + " at " + since + " after "
                    + took.get().toMillis() + " ms (" + reason + "): " + text;
        }
        String begun = action + " of " + node + " by " + by + " since " + since + " (" + reason + ")";
        if (attempts == 0) {
            return begun + ": under way";
        }
        return begun + ": failed " + attempts + (attempts == 1 ? " time, " : " times, ")
                + nextTry.map(when -> "again at " + when).orElse("not tried again until the node comes back") + ": "
                + text;
    }
}
