package io.releve;

import io.releve.model.Role;
import io.releve.status.ClusterStatus;
import io.releve.status.ClusterStatus.NodeCondition;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells where instances of promotable clones are Unpromoted. Used on the loop only; followers may leave from any thread. */
final class UnpromotedTracker {

    private static final Logger LOG = LoggerFactory.getLogger(UnpromotedTracker.class);

    record Follower(String resourceId, Consumer<Set<String>> listener) {}

    private final Map<Follower, Set<String>> told = new HashMap<>();
    private final CopyOnWriteArrayList<Follower> followers = new CopyOnWriteArrayList<>();
    private Optional<ClusterStatus> last = Optional.empty();

    /** Takes in a new status. While the node is out of touch what was last known stands. */
    void see(ClusterStatus status) {
        if (!status.inTouch()) {
            return;
        }
        last = Optional.of(status);
        told.keySet().retainAll(followers);
        for (Follower follower : followers) {
            Set<String> now = nodes(follower.resourceId(), status);
            if (!now.equals(told.put(follower, now))) {
                tell(follower, now);
            }
        }
    }

    private static Set<String> nodes(String id, ClusterStatus status) {
        Set<String> nodes = new TreeSet<>();
        status.resource(id)
                .ifPresent(resource -> resource.active().forEach((node, role) -> {
                    if (role == Role.UNPROMOTED && isThere(status.nodes().get(node))) {
                        nodes.add(node);
                    }
                }));
        return Set.copyOf(nodes);
    }

    /** What a lost node ran may run on, and nobody watches it. */
    private static boolean isThere(@Nullable NodeCondition condition) {
        return condition != null && condition != NodeCondition.OFFLINE && condition != NodeCondition.UNCLEAN;
    }

    void follow(Follower follower) {
        Set<String> now =
                last.map(status -> nodes(follower.resourceId(), status)).orElse(Set.of());
        followers.add(follower);
        told.put(follower, now);
        tell(follower, now);
    }

    /** May be called from any thread. */
    void forget(Follower follower) {
        followers.remove(follower);
    }

    private static void tell(Follower follower, Set<String> nodes) {
        try {
            follower.listener().accept(nodes);
        } catch (RuntimeException broken) {
            LOG.error(
                    "a listener for the Unpromoted instances of {} failed; it goes on being called",
                    follower.resourceId(),
                    broken);
        }
    }
}
