package io.releve.scheduler;

import io.releve.model.Role;

/** A role, or that none is known yet. Ordered as roles are. */
enum Phase {
    UNKNOWN,
    STOPPED,
    STARTED,
    UNPROMOTED,
    PROMOTED;

    static Phase of(Role role) {
        return switch (role) {
            case STOPPED -> STOPPED;
            case STARTED -> STARTED;
            case UNPROMOTED -> UNPROMOTED;
            case PROMOTED -> PROMOTED;
        };
    }

    Role role() {
        return switch (this) {
            case UNKNOWN, STOPPED -> Role.STOPPED;
            case STARTED -> Role.STARTED;
            case UNPROMOTED -> Role.UNPROMOTED;
            case PROMOTED -> Role.PROMOTED;
        };
    }

    boolean exceeds(Phase other) {
        return compareTo(other) > 0;
    }

    boolean isActive() {
        return compareTo(STARTED) >= 0;
    }
}
