package io.releve.status;

import io.releve.codec.FencingLog;
import io.releve.model.Clone;
import io.releve.model.ClusterConfig;
import io.releve.model.Group;
import io.releve.model.Primitive;
import io.releve.model.Resource;
import io.releve.model.Role;
import io.releve.state.ClusterState;
import io.releve.state.FailCount;
import io.releve.state.NodeState;
import io.releve.state.Roles;
import io.releve.status.ClusterStatus.Failure;
import io.releve.status.ClusterStatus.NodeCondition;
import io.releve.status.ClusterStatus.ResourceStatus;
import io.releve.status.ClusterStatus.ResourceStatus.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads the status from configuration and state. */
final class StatusReader {

    private final ClusterConfig config;
    private final ClusterState state;
    private final FencingLog fencing;

    StatusReader(ClusterConfig config, ClusterState state, FencingLog fencing) {
        this.config = config;
        this.state = state;
        this.fencing = fencing;
    }

    ClusterStatus read(boolean inTouch, Instant at) {
        Map<String, NodeCondition> nodes = new LinkedHashMap<>();
        config.nodeNames().forEach(node -> nodes.put(node, condition(node)));
        List<ResourceStatus> resources = config.resources().stream()
                .map(resource -> status(resource, false))
                .toList();
        return new ClusterStatus(
                config.name(),
                at,
                inTouch,
                Optional.of(state.controller()).filter(node -> !node.isEmpty()),
                nodes,
                resources,
                failures(),
                fencing());
    }

    private List<FencingStatus> fencing() {
        List<FencingStatus> all = new ArrayList<>();
        new TreeMap<>(fencing.open())
                .forEach((node, open) -> all.add(new FencingStatus(
                        node,
                        open.action(),
                        open.by(),
                        open.reason(),
                        open.since(),
                        Optional.empty(),
                        open.failure(),
                        open.attempts(),
                        open.nextTry())));
        fencing.history()
                .forEach(done -> all.add(new FencingStatus(
                        done.node(),
                        done.action(),
                        done.by(),
                        done.reason(),
                        done.at(),
                        Optional.of(done.took()),
                        done.evidence() + " (" + done.level() + ")",
                        done.attempts(),
                        Optional.empty())));
        return all;
    }

    private NodeState node(String name) {
        return state.nodes().getOrDefault(name, NodeState.offline(name));
    }

    private NodeCondition condition(String name) {
        NodeState node = node(name);
        if (node.membership() == NodeState.Membership.ONLINE && fencing.open().containsKey(name)) {
            return NodeCondition.UNCLEAN;
        }
        return switch (node.membership()) {
            case ONLINE -> node.standby() ? NodeCondition.STANDBY : NodeCondition.ONLINE;
            case PENDING -> NodeCondition.PENDING;
            case OFFLINE -> NodeCondition.OFFLINE;
            case UNCLEAN, UNCLEAN_MEMBER -> NodeCondition.UNCLEAN;
        };
    }

    private ResourceStatus status(Resource resource, boolean promotable) {
        if (resource instanceof Primitive primitive) {
            return new ResourceStatus(
                    primitive.id(), primitive.agent(), Kind.PRIMITIVE, active(primitive.id(), promotable), List.of());
        }
        if (resource instanceof Group group) {
            List<ResourceStatus> members = new ArrayList<>();
            group.members().forEach(member -> members.add(status(member, promotable)));
            return new ResourceStatus(group.id(), "", Kind.GROUP, union(members), members);
        }
        Clone clone = (Clone) resource;
        boolean inside = clone.kind().isPromotable();
        ResourceStatus member = status(clone.member(), inside);
        Kind kind = inside ? Kind.PROMOTABLE_CLONE : Kind.CLONE;
        return new ResourceStatus(clone.id(), "", kind, member.active(), List.of(member));
    }

    private static Map<String, Role> union(List<ResourceStatus> members) {
        Map<String, Role> all = new TreeMap<>();
        members.forEach(member -> all.putAll(member.active()));
        return all;
    }

    private Map<String, Role> active(String id, boolean promotable) {
        Map<String, Role> active = new TreeMap<>();
        state.nodes()
                .forEach((name, node) -> node.history().forEach((resource, history) -> {
                    if (resource.equals(id) || resource.startsWith(id + ":")) {
                        Role role = Roles.of(history);
                        if (role.isActive()) {
                            active.put(name, promotable && role == Role.STARTED ? Role.UNPROMOTED : role);
                        }
                    }
                }));
        return active;
    }

    private List<Failure> failures() {
        List<Failure> failures = new ArrayList<>();
        state.nodes().forEach((name, node) -> {
            for (FailCount count : node.failCounts()) {
                failures.add(failure(node, count));
            }
        });
        failures.sort(java.util.Comparator.comparing(Failure::at));
        return failures;
    }

    private static Failure failure(NodeState node, FailCount count) {
        String reason = count.reason().isEmpty() ? "failed " + count.count() + " times" : count.reason();
        return new Failure(count.resourceId(), node.name(), count.operation(), count.code(), reason, count.last());
    }
}
