package io.releve.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How often, and for how long, something stood still that should not.
 *
 * @param count how many times
 * @param total all of these times together
 * @param longest the longest of them
 * @param last when the last one was noticed
 */
public record Pauses(long count, Duration total, Duration longest, Optional<Instant> last) {

    /** None yet. */
    public static final Pauses NONE = new Pauses(0, Duration.ZERO, Duration.ZERO, Optional.empty());

    /** One more. */
    Pauses plus(Duration length, Instant now) {
        return new Pauses(
                count + 1, total.plus(length), longest.compareTo(length) < 0 ? length : longest, Optional.of(now));
    }
}
