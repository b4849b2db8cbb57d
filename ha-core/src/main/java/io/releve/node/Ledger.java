package io.releve.node;

import io.releve.codec.NodeReport;
import io.releve.codec.PlanId;
import io.releve.model.Score;
import io.releve.state.FailCount;
import io.releve.state.OperationResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What this node has to tell: results, failures, attributes, progress. Written on the loop only; a {@linkplain
 * #report snapshot} of it is what the others see.
 */
final class Ledger {

    private final String node;
    private final Duration lease;
    private final Map<String, Map<String, OperationResult>> history = new TreeMap<>();
    private final Map<String, FailCount> failCounts = new LinkedHashMap<>();
    private final Map<String, String> attributes = new HashMap<>();
    private final Set<Integer> done = new HashSet<>();
    private String incarnation = "";
    private PlanId plan = PlanId.NONE;
    private boolean leaving;
    private boolean left;
    private int surprises;
    private int lastCallId;

    Ledger(String node, Duration lease) {
        this.node = node;
        this.lease = lease;
    }

    /** A new life begins: nothing is known of what runs here. Attributes stay, for their agents do. */
    void begin(String newIncarnation) {
        incarnation = newIncarnation;
        history.clear();
        failCounts.clear();
        done.clear();
        plan = PlanId.NONE;
        surprises = 0;
        left = false;
    }

    String incarnation() {
        return incarnation;
    }

    /** From now on the progress is that of another plan. */
    void follow(PlanId newPlan) {
        plan = newPlan;
        done.clear();
    }

    void done(int actionId) {
        done.add(actionId);
    }

    Set<Integer> done() {
        return done;
    }

    /** Something happened that no plan asked for. */
    void surprise() {
        surprises++;
    }

    void leaving() {
        leaving = true;
    }

    void left() {
        left = true;
    }

    int nextCallId() {
        return ++lastCallId;
    }

    void record(OperationResult result) {
        Map<String, OperationResult> ofResource =
                history.computeIfAbsent(result.resourceId(), id -> new LinkedHashMap<>());
        if (result.operation().equals("stop") && result.code() == 0) {
            // What monitors last said of a stopped resource is of no interest, unless it was a failure: that may be why
            // it
            // is to stay stopped, or this node is to stay in standby, until somebody clears it.
            ofResource
                    .values()
                    .removeIf(old -> !old.interval().isZero()
                            && old.code() == old.expectedCode()
                            && old.status() == OperationResult.Status.DONE);
        }
        ofResource.put(result.key(), result);
    }

    /** The last result of an operation, if there is one. */
    Optional<OperationResult> last(String resourceId, String key) {
        return Optional.ofNullable(history.getOrDefault(resourceId, Map.of()).get(key));
    }

    /** A recurring monitor has ended: its last result no longer says anything. */
    void forget(String resourceId, String key) {
        history.getOrDefault(resourceId, new HashMap<>()).remove(key);
    }

    void countFailure(OperationResult result, boolean endless) {
        String key = result.resourceId() + " " + result.key();
        FailCount before = failCounts.get(key);
        Score count = endless
                ? Score.INFINITY
                : before == null ? Score.of(1) : before.count().plus(Score.of(1));
        failCounts.put(
                key,
                new FailCount(
                        result.resourceId(),
                        result.operation(),
                        result.interval().toMillis(),
                        count,
                        result.at(),
                        result.code(),
                        result.reason()));
    }

    /** Forgets the failures of a resource, and with them the failed results. */
    void clearFailures(String resourceId) {
        failCounts.values().removeIf(count -> count.resourceId().equals(resourceId));
        history.getOrDefault(resourceId, new HashMap<>())
                .values()
                .removeIf(result -> result.code() != result.expectedCode());
    }

    /** Sets or removes an attribute; says whether that changed anything. */
    boolean setAttribute(String name, Optional<String> value) {
        Optional<String> before = Optional.ofNullable(attributes.get(name));
        value.ifPresentOrElse(text -> attributes.put(name, text), () -> attributes.remove(name));
        return !value.equals(before);
    }

    /** The results of one resource, in the order of their call ids. */
    List<OperationResult> history(String resourceId) {
        return history.getOrDefault(resourceId, Map.of()).values().stream()
                .sorted(Comparator.comparingInt(OperationResult::callId))
                .toList();
    }

    /** The resources that something is known of. */
    Set<String> resources() {
        return history.keySet();
    }

    /**
     * What the others are to see.
     *
     * @param pending the operations that run now
     * @param leftBehind what could not be stopped and does not end with this life
     */
    NodeReport report(List<OperationResult> pending, Set<String> leftBehind) {
        Map<String, List<OperationResult>> results = new TreeMap<>();
        history.keySet().forEach(id -> results.put(id, new ArrayList<>(history(id))));
        pending.forEach(result -> results.computeIfAbsent(result.resourceId(), id -> new ArrayList<>())
                .add(result));
        return new NodeReport(
                node,
                incarnation,
                lease.toMillis(),
                leaving,
                left,
                attributes,
                results,
                List.copyOf(failCounts.values()),
                surprises,
                plan,
                done,
                leftBehind);
    }

    /** The entry that stands for an operation that has not ended. */
    static OperationResult pending(String resourceId, OperationRequest request, Instant since) {
        return new OperationResult(
                resourceId,
                request.operation(),
                request.interval(),
                -1,
                OperationResult.Status.PENDING,
                193,
                request.expectedCode(),
                since,
                Duration.ZERO,
                request.digest(),
                "");
    }
}
