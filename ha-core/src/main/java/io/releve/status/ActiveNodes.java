package io.releve.status;

import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Tells where a resource is active: the node of a primitive or group, the Promoted instance of a promotable clone.
 *
 * <p>The last known answer stays in force while the coordinator is out of reach.
 *
 * <p>Thread-safety: all methods may be called from any thread and never block.
 */
public interface ActiveNodes {

    /**
     * The last known answer.
     *
     * @param resourceId id of a primitive, group or promotable clone
     * @return where it is active, or empty if it is not active or nothing is known yet
     */
    Optional<ActiveNode> find(String resourceId);

    /**
     * Has a listener called with the present answer at once, and then at each change.
     *
     * @param resourceId id of a primitive, group or promotable clone
     * @param listener called on the cluster's own loop, one call at a time; must not block
     * @return ends the subscription when closed
     */
    AutoCloseable follow(String resourceId, Consumer<Optional<ActiveNode>> listener);

    /**
     * Has a listener called with the present answer at once, and then at each change: the nodes that are members and on
     * which an instance of a promotable clone is Unpromoted, as a replica is. Whether what it serves is up to date is for
     * the listener to find out.
     *
     * @param resourceId id of a promotable clone; nothing else has Unpromoted instances
     * @param listener called on the cluster's own loop, one call at a time; must not block
     * @return ends the subscription when closed
     */
    AutoCloseable followUnpromoted(String resourceId, Consumer<Set<String>> listener);
}
