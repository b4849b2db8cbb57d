package io.releve.pacemaker;

import io.releve.state.OperationResult;
import io.releve.state.OperationResult.Details;
import io.releve.state.OperationResult.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what a node has recorded of its operations, oldest first. */
final class CibHistory {

    /** Stands for the digest of an entry that has none: it is never that of the declared parameters. */
    private static final String NO_DIGEST = "none";

    private static final Set<String> OPERATIONS = Set.of(
            "monitor", "start", "stop", "promote", "demote", "migrate_to", "migrate_from", "asyncmon");

    private final CibIndex index;

    CibHistory(CibIndex index) {
        this.index = index;
    }

    /** An entry with what is only needed to bring entries into their order. */
    private record Entry(OperationResult result, String id, int call, long at, String uuid, long transition) {}

    void read(
            Xml nodeState,
            Map<String, List<OperationResult>> results,
            Map<String, String> agents,
            Map<String, Instant> locks) {
        for (Xml lrm : nodeState.children("lrm")) {
            for (Xml list : lrm.children("lrm_resources")) {
                for (Xml resource : list.children("lrm_resource")) {
                    results.put(resource.id(), entries(resource));
                    agent(resource).ifPresent(agent -> agents.put(resource.id(), agent));
                    String lock = resource.get("shutdown-lock");
                    if (lock != null) {
                        locks.put(resource.id(), CibStatus.epoch(lock));
                    }
                }
            }
        }
    }

    private static Optional<String> agent(Xml resource) {
        String provider = resource.get("provider");
        return Optional.ofNullable(resource.get("class"))
                .map(agentClass -> agentClass + ":" + (provider == null ? "" : provider + ":")
                        + resource.get("type", ""));
    }

    private List<OperationResult> entries(Xml resource) {
        List<Entry> entries = new ArrayList<>();
        for (Xml op : resource.children("lrm_rsc_op")) {
            Entry entry = entry(resource.id(), op);
            if (entry != null) {
                entries.add(entry);
            }
        }
        // Those that cannot be told apart are taken in the reverse of the order in which they stand.
        Collections.reverse(entries);
        sort(entries);
        return entries.stream().map(Entry::result).toList();
    }

    /** Insertion sort: the order is not transitive where entries tell little, and a merge sort could object. */
    private static void sort(List<Entry> entries) {
        for (int i = 1; i < entries.size(); i++) {
            Entry moving = entries.get(i);
            int at = i;
            while (at > 0 && compare(entries.get(at - 1), moving) > 0) {
                entries.set(at, entries.get(at - 1));
                at--;
            }
            entries.set(at, moving);
        }
    }

    private static int compare(Entry a, Entry b) {
        if (a.id().equals(b.id()) || (a.call() < 0 && b.call() < 0)) {
            return 0;
        }
        if (a.call() >= 0 && b.call() >= 0) {
            return a.call() != b.call() ? Integer.compare(a.call(), b.call()) : Long.compare(a.at(), b.at());
        }
        boolean firstPending = a.call() < 0;
        if (!a.uuid().equals(b.uuid()) || a.transition() == b.transition()) {
            return firstPending ? 1 : -1;
        }
        if (a.transition() < 0 || b.transition() < 0) {
            return a.transition() < 0 ? 1 : -1;
        }
        return Long.compare(a.transition(), b.transition());
    }

    private @Nullable Entry entry(String resource, Xml op) {
        String operation = op.get("operation", "");
        int code = number(op.get("rc-code"), -1);
        int statusNumber = number(op.get("op-status"), 99);
        Status status = status(statusNumber);
        if (op.get("id") == null || status == null || code < 0 || code > 255) {
            index.leaveOut(op, "the entry lacks its id, its status or its code");
            return null;
        }
        if (!OPERATIONS.contains(operation) || status == Status.CANCELLED) {
            return null;
        }
        String[] key = op.get("transition-key", "").split(":", 4);
        int expected = key.length > 2 ? number(key[2], -1) : -1;
        long at = CibStatus.epoch(op.get("last-rc-change", op.get("last_rc_change", ""))).getEpochSecond();
        OperationResult result = new OperationResult(
                resource,
                operation,
                Duration.ofMillis(number(op.get("interval"), 0)),
                number(op.get("call-id"), 0),
                status,
                code,
                expected,
                Instant.ofEpochSecond(at),
                Duration.ofMillis(number(op.get("exec-time"), 0)),
                op.get("op-digest", NO_DIGEST),
                op.get("exit-reason", ""),
                details(op));
        return new Entry(
                result,
                op.id(),
                number(op.get("call-id"), 0),
                at,
                key.length > 3 ? key[3] : "",
                key.length > 1 ? number(key[1], -1) : -1);
    }

    private static Details details(Xml op) {
        return new Details(
                Optional.ofNullable(op.get("migrate_source")),
                Optional.ofNullable(op.get("migrate_target")),
                op.id().contains("_last_failure_"),
                op.get("on_node") == null,
                op.get("op-restart-digest", ""),
                names(op.get("op-force-restart")),
                op.get("op-secure-digest", ""),
                names(op.get("op-secure-params")));
    }

    private static Set<String> names(@Nullable String list) {
        if (list == null) {
            return Set.of();
        }
        // A list that is there and empty is not the same as none.
        return Set.copyOf(List.of(list.strip().split("\\s+")));
    }

    private static int number(@Nullable String text, int otherwise) {
        return text != null && text.matches("-?[0-9]{1,9}") ? Integer.parseInt(text) : otherwise;
    }

    private static @Nullable Status status(int number) {
        return switch (number) {
            case -1 -> Status.PENDING;
            case 0 -> Status.DONE;
            case 1 -> Status.CANCELLED;
            case 2 -> Status.TIMED_OUT;
            case 3 -> Status.NOT_SUPPORTED;
            case 4 -> Status.ERROR;
            case 5, 10, 11 -> Status.HARD_ERROR;
            case 6 -> Status.FATAL_ERROR;
            case 7 -> Status.NOT_INSTALLED;
            case 8 -> Status.NOT_CONNECTED;
            case 9 -> Status.INVALID;
            default -> null;
        };
    }
}
