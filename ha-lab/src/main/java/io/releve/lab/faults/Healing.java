package io.releve.lab.faults;

/** Takes a fault back. */
@FunctionalInterface
interface Healing {

    /** Done already, or by itself. */
    Healing NONE = () -> {};

    /** Takes it back; a second time has no effect. */
    void heal() throws InterruptedException;
}
