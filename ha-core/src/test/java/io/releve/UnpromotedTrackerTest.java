package io.releve;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.model.Role;
import io.releve.status.ClusterStatus;
import io.releve.status.ClusterStatus.NodeCondition;
import io.releve.status.ClusterStatus.ResourceStatus;
import io.releve.status.ClusterStatus.ResourceStatus.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UnpromotedTrackerTest {

    private static final Map<String, NodeCondition> ALL_THERE =
            Map.of("a", NodeCondition.ONLINE, "b", NodeCondition.ONLINE, "c", NodeCondition.ONLINE);

    private final UnpromotedTracker tracker = new UnpromotedTracker();
    private final List<Set<String>> told = new ArrayList<>();

    private static ClusterStatus status(Map<String, Role> active, Map<String, NodeCondition> nodes, boolean inTouch) {
        ResourceStatus server = new ResourceStatus("server", "mysql", Kind.PRIMITIVE, active, List.of());
        ResourceStatus clone = new ResourceStatus("mysql", "", Kind.PROMOTABLE_CLONE, active, List.of(server));
        return new ClusterStatus(
                "c", Instant.EPOCH, inTouch, Optional.empty(), nodes, List.of(clone), List.of(), List.of());
    }

    private static Map<String, Role> promotedOn(String node) {
        Map<String, Role> roles = new java.util.HashMap<>();
        List.of("a", "b", "c").forEach(each -> roles.put(each, each.equals(node) ? Role.PROMOTED : Role.UNPROMOTED));
        return roles;
    }

    private UnpromotedTracker.Follower follow() {
        UnpromotedTracker.Follower follower = new UnpromotedTracker.Follower("mysql", told::add);
        tracker.follow(follower);
        return follower;
    }

    @Test
    void shouldTellWhatIsKnownAtOnceAndThenEachChangeOnce() {
        follow();
        tracker.see(status(promotedOn("a"), ALL_THERE, true));
        tracker.see(status(promotedOn("a"), ALL_THERE, true));
        tracker.see(status(promotedOn("b"), ALL_THERE, true));

        assertThat(told).containsExactly(Set.of(), Set.of("b", "c"), Set.of("a", "c"));
        follow();
        assertThat(told).endsWith(Set.of("a", "c"));
    }

    @Test
    void shouldLeaveOutNodesThatAreLost() {
        follow();
        tracker.see(status(
                promotedOn("a"),
                Map.of("a", NodeCondition.ONLINE, "b", NodeCondition.UNCLEAN, "c", NodeCondition.PENDING),
                true));

        assertThat(told).last().isEqualTo(Set.of("c"));
    }

    @Test
    void shouldLetTheLastAnswerStandWhileOutOfTouch() {
        follow();
        tracker.see(status(promotedOn("a"), ALL_THERE, true));
        tracker.see(status(Map.of(), ALL_THERE, false));

        assertThat(told).last().isEqualTo(Set.of("b", "c"));
    }

    @Test
    void shouldTellNobodyWhoHasLeft() {
        UnpromotedTracker.Follower follower = follow();
        tracker.forget(follower);
        tracker.see(status(promotedOn("a"), ALL_THERE, true));

        assertThat(told).containsExactly(Set.of());
    }
}
