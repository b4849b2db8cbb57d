package io.releve.model;

import java.util.Locale;

/** What a resource is on a node. Ordered: each role includes the ones before it. */
public enum Role {
    /** Does not run. */
    STOPPED("Stopped"),
    /** Runs; for a promotable resource see the two roles below. */
    STARTED("Started"),
    /** Runs as a replica of a promotable clone. */
    UNPROMOTED("Unpromoted"),
    /** Runs as the primary of a promotable clone. */
    PROMOTED("Promoted");

    private final String text;

    Role(String text) {
        this.text = text;
    }

    /**
     * Reads a role, also by its names of before Pacemaker 2.1 ({@code Slave}, {@code Master}), in any letter case.
     *
     * @throws IllegalArgumentException if it is no role
     */
    public static Role parse(String word) {
        return switch (word.strip().toLowerCase(Locale.ROOT)) {
            case "stopped" -> STOPPED;
            case "started" -> STARTED;
            case "unpromoted", "slave" -> UNPROMOTED;
            case "promoted", "master" -> PROMOTED;
            default ->
                throw new IllegalArgumentException(
                        "'" + word + "' is not a role: use Stopped, Started, Unpromoted or Promoted");
        };
    }

    /** Whether something runs in this role. */
    public boolean isActive() {
        return this != STOPPED;
    }

    @Override
    public String toString() {
        return text;
    }
}
