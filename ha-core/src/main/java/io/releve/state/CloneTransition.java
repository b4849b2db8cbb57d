package io.releve.state;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a transition does with a clone: where its instances are before anything is done, and what is to be done with
 * which of them. The same for all notifications of one transition; each list is sorted and has each instance once.
 *
 * @param active instances that are active before
 * @param promoted those of them that are Promoted before
 * @param starting instances that are to be started
 * @param stopping instances that are to be stopped, or end with their node being fenced
 * @param promoting instances that are to be promoted
 * @param demoting instances that are to be demoted, or end with their node being fenced
 */
public record CloneTransition(
        List<Instance> active,
        List<Instance> promoted,
        List<Instance> starting,
        List<Instance> stopping,
        List<Instance> promoting,
        List<Instance> demoting) {

    /**
     * One instance in one place.
     *
     * @param resourceId the primitive's id; in a globally unique clone with the instance's number
     * @param node the node's name
     */
    public record Instance(String resourceId, String node) implements Comparable<Instance> {
        @Override
        public int compareTo(Instance other) {
            int byNode = node.compareTo(other.node);
            return byNode != 0 ? byNode : resourceId.compareTo(other.resourceId);
        }

        @Override
        public String toString() {
            return resourceId + " on " + node;
        }
    }

    public CloneTransition {
        active = sorted(active);
        promoted = sorted(promoted);
        starting = sorted(starting);
        stopping = sorted(stopping);
        promoting = sorted(promoting);
        demoting = sorted(demoting);
    }

    private static List<Instance> sorted(Collection<Instance> instances) {
        return List.copyOf(new TreeSet<>(instances));
    }

    /** Instances that are active, but not Promoted, before anything is done. */
    public List<Instance> unpromoted() {
        return combined(active, promoted, List.of());
    }

    /** Instances that are active once all is done. */
    public List<Instance> activeAfter() {
        return combined(active, stopping, starting);
    }

    /** Instances that are Promoted once all is done. */
    public List<Instance> promotedAfter() {
        Set<Instance> gone = new TreeSet<>(stopping);
        gone.addAll(demoting);
        return combined(promoted, gone, promoting);
    }

    private static List<Instance> combined(
            Collection<Instance> before, Collection<Instance> less, Collection<Instance> more) {
        Set<Instance> after = new TreeSet<>(before);
        after.removeAll(less);
        after.addAll(more);
        return List.copyOf(after);
    }
}
