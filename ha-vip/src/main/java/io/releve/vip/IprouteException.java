package io.releve.vip;

import io.releve.agent.Outcome;

/** A command of iproute2 did not do its work: why, and what helps. */
final class IprouteException extends Exception {

    /** What stood in the way. */
    enum Cause {
        /** iproute2 is not installed, or too old to print JSON. */
        NOT_INSTALLED,
        /** This process may not change addresses. */
        NO_PERMISSION,
        /** The interface does not exist. */
        NO_DEVICE,
        /** The address is not on the interface. */
        NO_ADDRESS,
        /** Anything else; it may pass. */
        OTHER
    }

    private final Cause why;

    IprouteException(Cause why, String message) {
        super(message);
        this.why = why;
    }

    Cause why() {
        return why;
    }

    private String text() {
        return String.valueOf(getMessage());
    }

    /** The outcome of an operation that this ends. */
    Outcome outcome() {
        return switch (why) {
            case NOT_INSTALLED -> Outcome.notInstalled(text());
            case NO_PERMISSION -> Outcome.noPermission(text());
            case NO_DEVICE, NO_ADDRESS, OTHER -> Outcome.failed(text());
        };
    }
}
