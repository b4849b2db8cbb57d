package io.releve.lab.faults;

import java.time.Duration;

/** One thing that a scenario does. */
sealed interface Step {

    /** In words. */
    String describe();

    /**
     * Breaks a host.
     *
     * @param fault how
     * @param where which
     */
    record Break(Fault fault, Where where) implements Step {
        @Override
        public String describe() {
            return fault.describe() + " (" + where + ")";
        }
    }

    /**
     * Breaks all three hosts, one right after the other.
     *
     * @param fault how
     */
    record BreakAll(Fault fault) implements Step {
        @Override
        public String describe() {
            return fault.describe() + " (all hosts)";
        }
    }

    /**
     * Leaves it so for a while: the length of a fault is part of what is tried.
     *
     * @param time how long
     */
    record Hold(Duration time) implements Step {
        @Override
        public String describe() {
            return time.toMillis() + " ms";
        }
    }

    /** Waits until the application's writes are acknowledged again. */
    record AwaitWrites() implements Step {
        @Override
        public String describe() {
            return "writes go on";
        }
    }

    /** Takes back everything that was broken, the last first. */
    record Heal() implements Step {
        @Override
        public String describe() {
            return "healed";
        }
    }

    /** Takes back what was broken first. */
    record HealFirst() implements Step {
        @Override
        public String describe() {
            return "the first host healed";
        }
    }

    /** Waits until everything runs again as declared. */
    record AwaitConverged() implements Step {
        @Override
        public String describe() {
            return "everything runs";
        }
    }

    /** Waits until the application is led to another host than before the first fault. */
    record AwaitMove() implements Step {
        @Override
        public String describe() {
            return "another host has taken over";
        }
    }

    /** Waits until the cluster has given up a node. */
    record AwaitGivenUp() implements Step {
        @Override
        public String describe() {
            return "a node has been given up";
        }
    }

    static Step moved() {
        return new AwaitMove();
    }

    static Step givenUp() {
        return new AwaitGivenUp();
    }

    static Step on(Where where, Fault fault) {
        return new Break(fault, where);
    }

    static Step everywhere(Fault fault) {
        return new BreakAll(fault);
    }

    static Step hold(long millis) {
        return new Hold(Duration.ofMillis(millis));
    }

    static Step writes() {
        return new AwaitWrites();
    }

    static Step heal() {
        return new Heal();
    }

    static Step healFirst() {
        return new HealFirst();
    }

    static Step converged() {
        return new AwaitConverged();
    }
}
