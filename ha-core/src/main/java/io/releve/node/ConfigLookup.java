package io.releve.node;

import io.releve.model.Clone;
import io.releve.model.ClusterConfig;
import io.releve.model.Group;
import io.releve.model.Primitive;
import io.releve.model.Resource;
import java.util.Optional;

/** Finds the value of a meta attribute that a primitive has or inherits; rules are left out of account. */
final class ConfigLookup {

    private ConfigLookup() {}

    static Optional<String> meta(ClusterConfig config, String primitiveId, String name) {
        for (Resource resource : config.resources()) {
            Optional<Primitive> found = find(resource, primitiveId);
            if (found.isPresent()) {
                Optional<String> inner = found.get().meta(name);
                Optional<String> middle =
                        resource instanceof Clone clone ? clone.member().meta(name) : inner;
                return inner.or(() -> middle).or(() -> resource.meta(name));
            }
        }
        return Optional.empty();
    }

    private static Optional<Primitive> find(Resource resource, String id) {
        if (resource instanceof Primitive primitive) {
            return primitive.id().equals(id) ? Optional.of(primitive) : Optional.empty();
        }
        if (resource instanceof Group group) {
            return group.members().stream()
                    .filter(member -> member.id().equals(id))
                    .findFirst();
        }
        return resource instanceof Clone clone ? find(clone.member(), id) : Optional.empty();
    }
}
