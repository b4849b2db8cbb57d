package io.releve.model;

import java.util.Locale;

/** What is done when an operation fails. */
public enum OnFail {
    /** Nothing: as if it had succeeded. */
    IGNORE,
    /** Demote the resource, without a full restart. */
    DEMOTE,
    /** Stop the resource and start it again, here or elsewhere. The default of all operations but stop. */
    RESTART,
    /** Stop it here and keep it off this node. */
    MIGRATE,
    /** Leave everything as it is until a person has looked. The default of stop where fencing is disabled. */
    BLOCK,
    /** Stop it and keep it stopped everywhere. */
    STOP,
    /** Move all resources away from this node. */
    STANDBY,
    /** Fence the node. The default of stop where fencing is enabled. */
    FENCE;

    /**
     * Reads the word, in any letter case; {@code nothing} is IGNORE.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static OnFail parse(String word) {
        String upper = word.strip().toUpperCase(Locale.ROOT);
        if (upper.equals("NOTHING")) {
            return IGNORE;
        }
        for (OnFail value : values()) {
            if (value.name().equals(upper)) {
                return value;
            }
        }
        throw new IllegalArgumentException("'" + word
                + "' is no reaction to a failure: use ignore, demote, restart, block, stop, standby or fence");
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
