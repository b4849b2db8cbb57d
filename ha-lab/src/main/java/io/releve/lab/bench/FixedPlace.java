package io.releve.lab.bench;

import io.releve.status.ActiveNode;
import io.releve.status.ActiveNodes;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A cluster where nothing ever moves, for measurements without servers.
 *
 * @param node where everything is active
 */
record FixedPlace(String node) implements ActiveNodes {

    @Override
    public Optional<ActiveNode> find(String resourceId) {
        return Optional.of(new ActiveNode(node, 1));
    }

    @Override
    public AutoCloseable follow(String resourceId, Consumer<Optional<ActiveNode>> listener) {
        listener.accept(find(resourceId));
        return () -> {};
    }

    @Override
    public AutoCloseable followUnpromoted(String resourceId, Consumer<Set<String>> listener) {
        listener.accept(Set.of());
        return () -> {};
    }
}
