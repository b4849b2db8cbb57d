package io.releve.mysql.testing;

import io.releve.status.ActiveNode;
import io.releve.status.ActiveNodes;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A cluster whose answers a test gives. */
public final class FakeActiveNodes implements ActiveNodes {

    private final List<Consumer<Optional<ActiveNode>>> listeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<Set<String>>> unpromotedListeners = new CopyOnWriteArrayList<>();
    private volatile Optional<ActiveNode> answer = Optional.empty();
    private volatile Set<String> unpromoted = Set.of();

    @Override
    public Optional<ActiveNode> find(String resourceId) {
        return answer;
    }

    @Override
    public AutoCloseable follow(String resourceId, Consumer<Optional<ActiveNode>> listener) {
        listeners.add(listener);
        listener.accept(answer);
        return () -> listeners.remove(listener);
    }

    @Override
    public AutoCloseable followUnpromoted(String resourceId, Consumer<Set<String>> listener) {
        unpromotedListeners.add(listener);
        listener.accept(unpromoted);
        return () -> unpromotedListeners.remove(listener);
    }

    public void sayUnpromoted(String... nodes) {
        unpromoted = Set.of(nodes);
        unpromotedListeners.forEach(listener -> listener.accept(unpromoted));
    }

    public void say(String node, long epoch) {
        say(Optional.of(new ActiveNode(node, epoch)));
    }

    public void sayNowhere() {
        say(Optional.empty());
    }

    private void say(Optional<ActiveNode> next) {
        answer = next;
        listeners.forEach(listener -> listener.accept(next));
    }

    public int listeners() {
        return listeners.size() + unpromotedListeners.size();
    }
}
