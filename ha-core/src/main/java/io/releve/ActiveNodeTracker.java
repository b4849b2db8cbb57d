package io.releve;

import io.releve.status.ActiveNode;
import io.releve.status.ClusterStatus;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Remembers where the resources are that somebody asks for, and tells who follows them. Changed on the loop only. */
final class ActiveNodeTracker {

    private static final Logger LOG = LoggerFactory.getLogger(ActiveNodeTracker.class);

    record Follower(String resourceId, Consumer<Optional<ActiveNode>> listener) {}

    private final Map<String, ActiveNode> known = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<Follower> followers = new CopyOnWriteArrayList<>();
    private volatile Optional<ClusterStatus> last = Optional.empty();

    /** Rises with each status; written on the loop only. */
    private volatile long sequence;

    /** Takes in a new status. While the node is out of touch the last known places stand. */
    void see(ClusterStatus status, long planSequence) {
        if (!status.inTouch()) {
            return;
        }
        last = Optional.of(status);
        sequence = Math.max(sequence + 1, planSequence);
        known.keySet().forEach(id -> update(id, status));
        followers.stream().map(Follower::resourceId).distinct().forEach(id -> update(id, status));
    }

    private void update(String id, ClusterStatus status) {
        Optional<ActiveNode> before = Optional.ofNullable(known.get(id));
        Optional<String> node = status.activeNode(id);
        if (node.equals(before.map(ActiveNode::node))) {
            return;
        }
        Optional<ActiveNode> after = node.map(name -> new ActiveNode(name, sequence));
        after.ifPresentOrElse(place -> known.put(id, place), () -> known.remove(id));
        followers.stream()
                .filter(follower -> follower.resourceId().equals(id))
                .forEach(follower -> tell(follower, after));
    }

    Optional<ActiveNode> find(String resourceId) {
        ActiveNode place = known.get(resourceId);
        return place != null
                ? Optional.of(place)
                : last.flatMap(status -> status.activeNode(resourceId)).map(node -> new ActiveNode(node, sequence));
    }

    void follow(Follower follower) {
        last.ifPresent(status -> update(follower.resourceId(), status));
        followers.add(follower);
        tell(follower, Optional.ofNullable(known.get(follower.resourceId())));
    }

    void forget(Follower follower) {
        followers.remove(follower);
    }

    private static void tell(Follower follower, Optional<ActiveNode> place) {
        try {
            follower.listener().accept(place);
        } catch (RuntimeException broken) {
            LOG.error("a listener for the place of {} failed; it goes on being called", follower.resourceId(), broken);
        }
    }
}
