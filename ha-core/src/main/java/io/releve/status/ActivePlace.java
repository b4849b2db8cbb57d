package io.releve.status;

import io.releve.model.Role;
import io.releve.status.ClusterStatus.ResourceStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The one node where a resource can be used. */
final class ActivePlace {

    private ActivePlace() {}

    static Optional<String> of(ResourceStatus resource) {
        return switch (resource.kind()) {
            case PRIMITIVE -> only(resource.active());
            case GROUP -> group(resource.members());
            case CLONE -> Optional.empty();
            case PROMOTABLE_CLONE ->
                resource.active().entrySet().stream()
                        .filter(entry -> entry.getValue() == Role.PROMOTED)
                        .map(Map.Entry::getKey)
                        .findFirst();
        };
    }

    /** A group can be used where all its members are active. */
    private static Optional<String> group(List<ResourceStatus> members) {
        Optional<String> node = members.isEmpty() ? Optional.empty() : of(members.get(0));
        return node.filter(name -> members.stream()
                .allMatch(member -> of(member).filter(name::equals).isPresent()));
    }

    private static Optional<String> only(Map<String, Role> active) {
        return active.size() == 1 ? active.keySet().stream().findFirst() : Optional.empty();
    }
}
