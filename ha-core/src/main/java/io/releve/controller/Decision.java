package io.releve.controller;

import io.releve.codec.Plan;

/** What the controller makes of what it sees. Each can say itself in one sentence. */
sealed interface Decision {

    /** One readable sentence. */
    String describe();

    /** Nothing to do now. */
    record Wait(String describe) implements Decision {}

    /** A plan is published. */
    record Publish(Plan plan) implements Decision {
        @Override
        public String describe() {
            return (plan.halt() ? "halt " : "plan ") + plan.id() + ": " + plan.summary();
        }
    }
}
