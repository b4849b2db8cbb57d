package io.releve.fencing;

import java.util.List;

/**
 * A way to make sure that a lost node does no harm before anybody takes over what it ran: switch it off, take its network
 * or its storage away, close its database server.
 *
 * <p>Who answers {@link FenceResult#fenced} answers for <em>everything</em> that this life of the node ran. A fencer that
 * makes only a part of it harmless (one database server, say) belongs into one fencing level together with another one
 * that answers for the rest, such as {@value Fencing#LEASE}: a level succeeds when all its fencers have.
 *
 * <p>Fencing twice must do no harm: the controller that asked may have been lost before it could record the success, and
 * then the next one asks again. The same fencer is registered under the same name on every node, for any node may be
 * the controller.
 *
 * <p>Thread-safety: called by worker threads, for different nodes at the same time.
 */
public interface Fencer {

    /**
     * Fences a node, and returns when that is certain, has failed, or the time-out is over. Blocks.
     *
     * @param request what to do to which node
     * @return whether the node is harmless now, and what makes that certain
     * @throws InterruptedException if the thread was interrupted because the time-out is over or nobody needs the result
     *     any more; counts as a failure
     * @throws Exception counts as a failure, with its message as the reason
     */
    FenceResult fence(FenceRequest request) throws Exception;

    /**
     * Whether this fencer is asked only after the lease of the node's life has run out. Until then its level waits, on no
     * thread. Default: no.
     */
    default boolean waitsForLease() {
        return false;
    }

    /**
     * Checks what can be checked without touching anything: programs, rights, settings. Called once, when the cluster
     * object is built.
     *
     * @return every problem found, one readable sentence each; empty if none
     */
    default List<String> validate() {
        return List.of();
    }
}
