package io.releve.fencing;

import io.releve.agent.Tether;
import java.util.List;

/**
 * What a node does to itself when its lease has ended, or it is to be fenced, and it cannot stop in time what must not run
 * on: others start it elsewhere as soon as they have waited for the lease.
 *
 * <p>Thread-safety: called on the node's loop.
 */
public interface LastResort {

    /**
     * The exit status of a JVM that {@link #haltJvm()} has ended: 75, which the operating system's conventions call a failure
     * that may pass. A supervisor should start the JVM again.
     */
    int EXIT_STATUS = 75;

    /** Whether taking it surely ends a resource that is tethered so. */
    boolean ends(Tether tether);

    /**
     * Takes it. Must not block.
     *
     * @param reason why, for the log
     */
    void take(String reason);

    /**
     * Ends the JVM on the spot, with status {@value #EXIT_STATUS}, without shutdown hooks: those could hang as the stop did.
     * Ends what runs in the JVM; not what outlives it, for which it is not taken.
     */
    static LastResort haltJvm() {
        return new HaltJvm(status -> Runtime.getRuntime().halt(status));
    }

    /**
     * Runs a command that ends everything on this host, such as {@code systemctl reboot --force --force}. Its success is not
     * waited for.
     *
     * @param command the program and its arguments; no shell interprets them
     */
    static LastResort run(String... command) {
        return new RunCommand(List.of(command));
    }

    /**
     * Does nothing but log an error.
     *
     * <p><b>Consequence:</b> what could not be stopped goes on running here while another node starts it. For tests with
     * several nodes in one JVM, and for resources that bear running twice.
     */
    static LastResort none() {
        return new Nothing();
    }
}
