package io.releve.console;

import io.releve.model.FencingLevel;
import io.releve.scheduler.Action;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * The actions of a transition as numbered steps, each after those that it waits for. Barriers are looked through; the
 * probes of a node that wait for nothing are one step.
 */
final class Steps {

    private static final int SHOWN_RANGES = 6;

    /** Beyond this, finding out what goes without saying costs more than it is worth. */
    private static final int REDUCED = 5_000;

    private final List<Action> actions;
    private final Map<Integer, BitSet> before = new HashMap<>();
    private final Map<Integer, Integer> numbers = new HashMap<>();
    private final Map<String, Integer> probeSteps = new HashMap<>();
    private final List<List<Action>> steps = new ArrayList<>();

    Steps(List<Action> actions) {
        this.actions = actions;
        for (Action action : inOrder()) {
            waitFor(action);
            if (action.kind() != Action.Kind.BARRIER) {
                number(action);
            }
        }
    }

    /** One line per step: its number, what is done, and after which steps. */
    List<String> lines() {
        List<String> does = steps.stream().map(Steps::describe).toList();
        int width = does.stream().mapToInt(String::length).max().orElse(0);
        List<BitSet> direct = steps.size() > REDUCED ? waitedFor() : withoutWhatFollows(waitedFor());
        int digits = Integer.toString(steps.size()).length();
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            BitSet after = direct.get(i);
            String line = String.format("%" + digits + "d  %-" + Math.max(width, 1) + "s", i + 1, does.get(i));
            lines.add(after.isEmpty() ? line.stripTrailing() : line + "  after " + ranges(after));
        }
        return lines;
    }

    private List<BitSet> waitedFor() {
        return steps.stream()
                .map(step -> before.getOrDefault(step.get(0).id(), new BitSet()))
                .toList();
    }

    /** What each step waits for, less what one of those waits for already. */
    private static List<BitSet> withoutWhatFollows(List<BitSet> waitedFor) {
        List<BitSet> closures = new ArrayList<>(waitedFor.size());
        List<BitSet> direct = new ArrayList<>(waitedFor.size());
        for (BitSet before : waitedFor) {
            BitSet earlier = new BitSet();
            before.stream().forEach(step -> earlier.or(closures.get(step)));
            BitSet left = (BitSet) before.clone();
            left.andNot(earlier);
            direct.add(left);
            earlier.or(before);
            closures.add(earlier);
        }
        return direct;
    }

    /** By number, but none before what it waits for. */
    private List<Action> inOrder() {
        Map<Integer, Integer> waiting = new HashMap<>();
        Map<Integer, List<Action>> next = new HashMap<>();
        PriorityQueue<Action> ready = new PriorityQueue<>((a, b) -> Integer.compare(a.id(), b.id()));
        for (Action action : actions) {
            waiting.put(action.id(), action.after().size());
            action.after()
                    .forEach(id ->
                            next.computeIfAbsent(id, none -> new ArrayList<>()).add(action));
            if (action.after().isEmpty()) {
                ready.add(action);
            }
        }
        List<Action> order = new ArrayList<>(actions.size());
        for (Action action = ready.poll(); action != null; action = ready.poll()) {
            order.add(action);
            for (Action follower : next.getOrDefault(action.id(), List.of())) {
                if (waiting.merge(follower.id(), -1, Integer::sum) == 0) {
                    ready.add(follower);
                }
            }
        }
        if (order.size() < actions.size()) {
            throw new IllegalStateException((actions.size() - order.size()) + " of " + actions.size()
                    + " actions wait for each other; please report this with the input");
        }
        return order;
    }

    private void waitFor(Action action) {
        BitSet all = new BitSet();
        for (int id : action.after()) {
            Integer number = numbers.get(id);
            if (number == null) {
                all.or(before.getOrDefault(id, new BitSet()));
            } else {
                all.set(number);
            }
        }
        before.put(action.id(), all);
    }

    private void number(Action action) {
        if (isProbe(action) && before.getOrDefault(action.id(), new BitSet()).isEmpty()) {
            int number = probeSteps.computeIfAbsent(action.node().orElse(""), node -> added());
            steps.get(number).add(action);
            numbers.put(action.id(), number);
            return;
        }
        int number = added();
        steps.get(number).add(action);
        numbers.put(action.id(), number);
    }

    private int added() {
        steps.add(new ArrayList<>(1));
        return steps.size() - 1;
    }

    private static boolean isProbe(Action action) {
        return action.isOperation()
                && action.operation().equals("monitor")
                && action.interval().isZero();
    }

    private static String describe(List<Action> together) {
        Action action = together.get(0);
        String node = action.node().orElse("?");
        return switch (action.kind()) {
            case FENCE -> "fence " + node + " (" + action.operation() + ")" + by(action);
            case CLEAR_FAILURES -> "forget the failures of " + action.resourceId() + " on " + node;
            case CANCEL ->
                "end the monitor of " + action.resourceId() + " on " + node + " every " + time(action.interval());
            case RECURRING ->
                action.operation() + " " + action.resourceId() + " on " + node + " every " + time(action.interval());
            case NOTIFY -> action.toString();
            case OPERATION, BARRIER ->
                isProbe(action)
                        ? "look for " + some(together) + " on " + node
                        : action.operation() + " " + action.resourceId() + " on " + node;
        };
    }

    private static String by(Action fence) {
        return fence.fencing().isEmpty()
                ? ""
                : " by "
                        + String.join(
                                ", else ",
                                fence.fencing().stream()
                                        .map(FencingLevel::toString)
                                        .toList());
    }

    private static String some(List<Action> probes) {
        int shown = probes.size() > 4 ? 3 : probes.size();
        String names = String.join(
                ", ", probes.stream().limit(shown).map(Action::resourceId).toList());
        return shown == probes.size() ? names : names + " and " + (probes.size() - shown) + " more";
    }

    private static String time(Duration interval) {
        return interval.toMillis() % 1000 == 0 ? interval.toSeconds() + " s" : interval.toMillis() + " ms";
    }

    private static String ranges(BitSet numbers) {
        List<String> ranges = new ArrayList<>();
        for (int from = numbers.nextSetBit(0); from >= 0; ) {
            int end = numbers.nextClearBit(from);
            ranges.add(
                    end - from == 1 ? Integer.toString(from + 1) : (from + 1) + (end - from == 2 ? ", " : "–") + end);
            from = numbers.nextSetBit(end);
        }
        int left = ranges.size() - SHOWN_RANGES;
        return left <= 0
                ? String.join(", ", ranges)
                : String.join(", ", ranges.subList(0, SHOWN_RANGES)) + " and others, up to " + numbers.length();
    }
}
