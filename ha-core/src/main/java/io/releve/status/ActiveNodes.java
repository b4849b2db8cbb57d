package io.releve.status;

import java.util.Optional;
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
}
