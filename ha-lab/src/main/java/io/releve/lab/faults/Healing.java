package io.releve.lab.faults;

/** Takes a fault back. */
@FunctionalInterface
interface Healing {

    /** Takes it back; a second time has no effect. */
    void heal() throws InterruptedException;
}
