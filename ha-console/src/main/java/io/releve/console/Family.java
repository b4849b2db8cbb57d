package io.releve.console;

import io.releve.model.Clone;
import io.releve.model.ClusterConfig;
import io.releve.model.Group;
import io.releve.model.Resource;
import java.util.LinkedHashSet;
import java.util.Set;

/** A resource with all that it is part of and all that is part of it. */
final class Family {

    private Family() {}

    /** The ids, the resource's own included; empty if there is no such resource. An instance's number is ignored. */
    static Set<String> of(ClusterConfig config, String id) {
        String plain = id.replaceFirst(":\\d+$", "");
        for (Resource top : config.resources()) {
            Set<String> family = new LinkedHashSet<>();
            if (find(top, plain, family)) {
                return family;
            }
        }
        return Set.of();
    }

    private static boolean find(Resource resource, String id, Set<String> family) {
        if (resource.id().equals(id)) {
            addAll(resource, family);
            return true;
        }
        for (Resource member : members(resource)) {
            if (find(member, id, family)) {
                family.add(resource.id());
                return true;
            }
        }
        return false;
    }

    private static void addAll(Resource resource, Set<String> family) {
        family.add(resource.id());
        members(resource).forEach(member -> addAll(member, family));
    }

    private static Iterable<? extends Resource> members(Resource resource) {
        if (resource instanceof Clone clone) {
            return Set.of(clone.member());
        }
        return resource instanceof Group group ? group.members() : Set.of();
    }
}
