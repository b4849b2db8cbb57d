package io.releve.scheduler;

import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.RandomAccess;

/**
 * The actions of a transition: first the probes, which are only made when they are looked at, then all others. Immutable.
 */
final class PlannedActions extends AbstractList<Action> implements RandomAccess {

    private static final int NOT_RUNNING = 7;

    private final List<Batch> probes;
    private final int[] starts;
    private final List<Action> others;
    private final int size;

    /**
     * Puts both together.
     *
     * @param probes the probes; their numbers begin with 0
     * @param others the others, with the numbers that follow
     */
    PlannedActions(List<Batch> probes, List<Action> others) {
        this.probes = List.copyOf(probes);
        this.others = List.copyOf(others);
        this.starts = new int[probes.size()];
        int next = 0;
        for (int i = 0; i < starts.length; i++) {
            starts[i] = next;
            next += probes.get(i).nodes().size();
        }
        this.size = next + others.size();
    }

    /**
     * A resource that is looked for in the same way on several nodes.
     *
     * @param resourceId the resource
     * @param nodes the nodes
     * @param timeout after this a probe counts as failed
     * @param parameters what the agent is given
     * @param meta what the nodes must know of it
     */
    record Batch(
            String resourceId,
            List<Optional<String>> nodes,
            Duration timeout,
            Map<String, String> parameters,
            Map<String, String> meta) {

        private Action probe(int id, int index) {
            return new Action(
                    id,
                    Action.Kind.OPERATION,
                    Task.MONITOR.toString(),
                    resourceId,
                    nodes.get(index),
                    Duration.ZERO,
                    timeout,
                    NOT_RUNNING,
                    parameters,
                    meta,
                    List.of());
        }
    }

    /** Consecutive numbers of actions. */
    static final class Range extends AbstractList<Integer> implements RandomAccess {
        private final int from;
        private final int size;

        Range(int from, int size) {
            this.from = from;
            this.size = size;
        }

        @Override
        public Integer get(int index) {
            return from + Objects.checkIndex(index, size);
        }

        @Override
        public int size() {
            return size;
        }
    }

    /** The same list, if need be as a copy that nobody can change. */
    static List<Action> immutable(List<Action> actions) {
        return actions instanceof PlannedActions ? actions : List.copyOf(actions);
    }

    /** The same numbers, if need be as a copy that nobody can change. */
    static List<Integer> immutableNumbers(List<Integer> numbers) {
        return numbers instanceof Range ? numbers : List.copyOf(numbers);
    }

    @Override
    public Action get(int index) {
        Objects.checkIndex(index, size);
        int other = index - (size - others.size());
        if (other >= 0) {
            return others.get(other);
        }
        int found = Arrays.binarySearch(starts, index);
        int batch = found >= 0 ? found : -found - 2;
        return probes.get(batch).probe(index, index - starts[batch]);
    }

    @Override
    public int size() {
        return size;
    }

    /** Collects batches. */
    static final class Batches {
        private final List<Batch> all = new ArrayList<>();
        private int size;

        /** Adds one; the number of its first probe. */
        int add(Batch batch) {
            int first = size;
            all.add(batch);
            size += batch.nodes().size();
            return first;
        }

        List<Batch> all() {
            return all;
        }

        int size() {
            return size;
        }
    }
}
