package io.releve.agent;

/**
 * What ends a resource when its node can no longer do it: the node is lost, frozen, or its stop has failed. Survivors take
 * over when a lost node's lease has run out; what is not tethered then may run in two places.
 */
public enum Tether {
    /**
     * The end of the lease ends it, by something outside the JVM that needs no code of ours to run: the kernel's lifetime
     * of an address, an event in the database server.
     */
    LEASE,
    /** It is in the node's JVM, and ends with it. */
    JVM,
    /** It outlives the JVM: a process of its own, a service of the operating system. */
    NONE
}
