package io.releve.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Collects what made the scores, for people. */
final class Reasons {

    private final List<Transition.Reason> all = new ArrayList<>();

    void add(Unit unit, @Nullable Node node, int score, String source, String text) {
        add(unit.id, node, score, source, text);
    }

    void add(String resourceId, @Nullable Node node, int score, String source, String text) {
        all.add(new Transition.Reason(
                resourceId, node == null ? Optional.empty() : Optional.of(node.name), score, source, text));
    }

    List<Transition.Reason> all() {
        return all;
    }
}
