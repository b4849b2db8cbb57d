package io.releve.scheduler;

/** An invariant that did not hold. */
final class Violation extends RuntimeException {

    private final String rule;

    /**
     * Says what was broken.
     *
     * @param rule the invariant, in the same words for all its violations
     * @param detail what broke it
     */
    Violation(String rule, String detail) {
        super(rule + ": " + detail);
        this.rule = rule;
    }

    String rule() {
        return rule;
    }
}
