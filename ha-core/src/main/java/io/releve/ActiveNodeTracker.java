package io.releve;

import io.releve.codec.NodeReport;
import io.releve.codec.Plan;
import io.releve.codec.PlanId;
import io.releve.node.Sight;
import io.releve.scheduler.Action;
import io.releve.status.ActiveNode;
import io.releve.status.ClusterStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Remembers where the resources are that somebody asks for, and tells who follows them. Changed on the loop only. */
final class ActiveNodeTracker {

    private static final Logger LOG = LoggerFactory.getLogger(ActiveNodeTracker.class);

    record Follower(String resourceId, Consumer<Optional<ActiveNode>> listener) {}

    private final Map<String, ActiveNode> known = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<Follower> followers = new CopyOnWriteArrayList<>();
    private volatile Optional<ClusterStatus> last = Optional.empty();

    /** What is about to give its role up. */
    private volatile List<Demotion> demotions = List.of();

    /** Rises with each status; written on the loop only. */
    private volatile long sequence;

    /**
     * An instance of a promotable clone that the plan demotes, and that has not said yet that it is demoted.
     *
     * @param resourceId the primitive
     * @param node where
     */
    record Demotion(String resourceId, String node) {}

    /**
     * Takes in a new status. While the node is out of touch the last known places stand. What the plan is about to demote is
     * in no place any more: nobody is sent there, so that what runs there can end.
     */
    void see(ClusterStatus status, Sight sight) {
        if (!status.inTouch()) {
            return;
        }
        demotions = demotions(sight);
        long planSequence = sight.plan().map(Plan::id).orElse(PlanId.NONE).sequence();
        last = Optional.of(status);
        sequence = Math.max(sequence + 1, planSequence);
        known.keySet().forEach(id -> update(id, status));
        followers.stream().map(Follower::resourceId).distinct().forEach(id -> update(id, status));
    }

    private void update(String id, ClusterStatus status) {
        Optional<ActiveNode> before = Optional.ofNullable(known.get(id));
        Optional<String> node = place(id, status);
        if (node.equals(before.map(ActiveNode::node))) {
            return;
        }
        Optional<ActiveNode> after = node.map(name -> new ActiveNode(name, sequence));
        after.ifPresentOrElse(place -> known.put(id, place), () -> known.remove(id));
        followers.stream()
                .filter(follower -> follower.resourceId().equals(id))
                .forEach(follower -> tell(follower, after));
    }

    private static List<Demotion> demotions(Sight sight) {
        Plan plan = sight.plan().filter(known -> !known.halt()).orElse(null);
        if (plan == null) {
            return List.of();
        }
        List<Demotion> all = new ArrayList<>();
        for (Action action : plan.actions()) {
            String on = action.node().orElse("");
            if (action.operation().equals("demote")
                    && action.isOperation()
                    && !isDone(plan, action, sight.reports().get(on))) {
                String id = action.resourceId();
                all.add(new Demotion(id.contains(":") ? id.substring(0, id.indexOf(':')) : id, on));
            }
        }
        return all;
    }

    private static boolean isDone(Plan plan, Action action, @Nullable NodeReport report) {
        return report != null
                && report.plan().equals(plan.id())
                && report.done().contains(action.id());
    }

    private Optional<String> place(String id, ClusterStatus status) {
        return status.activeNode(id)
                .filter(node -> demotions.stream()
                        .noneMatch(demotion -> demotion.node().equals(node)
                                && status.resource(id)
                                        .filter(resource -> contains(resource, demotion.resourceId()))
                                        .isPresent()));
    }

    private static boolean contains(ClusterStatus.ResourceStatus resource, String id) {
        return resource.id().equals(id) || resource.members().stream().anyMatch(member -> contains(member, id));
    }

    Optional<ActiveNode> find(String resourceId) {
        ActiveNode place = known.get(resourceId);
        return place != null
                ? Optional.of(place)
                : last.flatMap(status -> place(resourceId, status)).map(node -> new ActiveNode(node, sequence));
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
