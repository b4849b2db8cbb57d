package io.releve.lab.faults;

import java.util.Optional;

/** Takes a fault back. */
@FunctionalInterface
interface Healing {

    /** Takes it back; a second time has no effect. */
    void heal() throws InterruptedException;

    /** What came of the fault that never should, in one sentence; asked when everything is healed and runs again. */
    default Optional<String> verify() throws InterruptedException {
        return Optional.empty();
    }
}
