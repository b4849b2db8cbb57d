package io.releve.scheduler;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Collects the earliest moment at which the same input would be planned differently. */
final class Recheck {

    private final Instant now;
    private @Nullable Instant earliest;

    Recheck(Instant now) {
        this.now = now;
    }

    void at(Instant moment) {
        if (moment.isAfter(now) && (earliest == null || moment.isBefore(earliest))) {
            earliest = moment;
        }
    }

    Optional<Instant> earliest() {
        return Optional.ofNullable(earliest);
    }
}
