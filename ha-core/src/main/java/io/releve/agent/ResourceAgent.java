package io.releve.agent;

import io.releve.state.Notification;
import java.util.List;

/**
 * Runs one resource on one node: starts, stops, monitors and, where the resource is promotable, promotes and demotes
 * it.
 *
 * <p>Every operation is idempotent: starting what runs, and stopping what does not run, succeed. An operation ends
 * before its {@linkplain OperationContext#deadline() deadline}, or gives up then; the node interrupts the thread of an
 * operation that overruns. The meaning of each {@link Outcome} is that of the
 * <a href="https://github.com/ClusterLabs/OCF-spec">Open Cluster Framework's</a> exit codes.
 *
 * <p>Thread-safety: the node calls an agent's operations one at a time, each on a thread that may block, and always
 * for the same resource on the same node. Callbacks that an agent registers elsewhere (a process handle, a socket) run
 * on other threads; they should do no more than call {@link AgentContext#monitorNow(String)}.
 *
 * <p>The one exception: an operation that overran, and goes on although its thread was interrupted, is given up after a
 * second, and a stop may then run beside it. After a start or promote that hangs, the stop only counts when that has
 * ended too; every other operation fails until then.
 *
 * <p>An exception that an operation throws counts as {@link Outcome#failed(String)} with the exception's message; an
 * {@link InterruptedException} counts as a time-out.
 */
public interface ResourceAgent {

    /**
     * Checks parameters and surroundings (programs, rights, directories) without touching the service.
     *
     * @return every problem found, one readable sentence each; empty if none
     */
    default List<String> validate() {
        return List.of();
    }

    /**
     * Starts the service, and returns when it can be used.
     *
     * @param operation deadline and lease of this operation
     * @return {@link Outcome#ok()} when the service runs
     * @throws Exception counts as a failed start
     */
    Outcome start(OperationContext operation) throws Exception;

    /**
     * Stops the service, and returns when nothing of it is left. A stop that does not succeed is the worst that can
     * happen to a cluster: nobody else may take the resource over until the node is fenced.
     *
     * @param operation deadline and lease of this operation
     * @return {@link Outcome#ok()} when the service is surely stopped
     * @throws Exception counts as a failed stop
     */
    Outcome stop(OperationContext operation) throws Exception;

    /**
     * Gives the service up because the node's lease has ended: others may take its place from here on. What must not run
     * without a lease is ended; what does no harm may stay as it is, and the node's next life finds it by its probe. Until
     * then nobody plans anything for it here. Default: {@link #stop}.
     *
     * @param operation deadline and lease of this operation; the lease has ended
     * @return {@link Outcome#ok()} when nothing is left that needs a lease; anything else is treated as a stop that failed
     * @throws Exception counts as a failed stop
     */
    default Outcome giveUp(OperationContext operation) throws Exception {
        return stop(operation);
    }

    /**
     * Says whether the service runs. Also called as a probe, before the node has ever started it.
     *
     * @param operation deadline and lease of this operation
     * @return {@link Outcome#ok()} if it runs (or is Unpromoted), {@link Outcome#runningPromoted()}, {@link
     *     Outcome#notRunning(String)} if it is cleanly stopped, anything else if it is broken
     * @throws Exception counts as a failure
     */
    Outcome monitor(OperationContext operation) throws Exception;

    /**
     * Makes a running, Unpromoted resource Promoted.
     *
     * @param operation deadline and lease of this operation
     * @return {@link Outcome#ok()} when it is Promoted
     * @throws Exception counts as a failed promote
     */
    default Outcome promote(OperationContext operation) throws Exception {
        return Outcome.unimplemented("promote");
    }

    /**
     * Makes a Promoted resource Unpromoted.
     *
     * @param operation deadline and lease of this operation
     * @return {@link Outcome#ok()} when it is Unpromoted
     * @throws Exception counts as a failed demote
     */
    default Outcome demote(OperationContext operation) throws Exception {
        return Outcome.unimplemented("demote");
    }

    /**
     * Tells a running instance of a clone with {@code notify=true} that instances of this clone are about to be
     * started, stopped, promoted or demoted, or have been. Nothing of it begins before all running instances have
     * been told; what depends on it waits until all that run then have been told again. A transition that is given
     * up on the way, because a node is lost, can leave out what was to come after.
     *
     * @param notification what is about to happen or has happened, and what else the transition does with the clone
     * @param operation deadline and lease of this operation
     * @return {@link Outcome#ok()}; anything else is logged, and things go on as if the instance had agreed
     * @throws Exception is logged likewise
     */
    default Outcome notify(Notification notification, OperationContext operation) throws Exception {
        return Outcome.ok();
    }

    /**
     * What ends the resource when this agent cannot. Asked on the node's loop at any time: must not block. Default: it ends
     * with the JVM, as plain Java does. An agent that starts processes says {@link Tether#NONE}.
     */
    default Tether tether() {
        return Tether.JVM;
    }

    /**
     * Tells the agent that its node shuts down or no longer manages the resource; background work (watching a process,
     * publishing attributes) ends here. Does not stop the service.
     */
    default void close() {}
}
