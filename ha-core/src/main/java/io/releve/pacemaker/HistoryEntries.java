package io.releve.pacemaker;

import io.releve.state.OperationResult;
import io.releve.state.OperationResult.Details;
import io.releve.state.OperationResult.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the results of one resource on one node and puts them into the order in which they came about. */
final class HistoryEntries {

    /** Operations that say something about where a resource is; the others' results are left out. */
    private static final Set<String> TELLING =
            Set.of("monitor", "start", "stop", "promote", "demote", "migrate_to", "migrate_from", "asyncmon");

    private static final Pattern BLANKS = Pattern.compile("\\s+");
    private static final int HIGHEST_STATUS = 11;
    private static final int HIGHEST_CODE = 255;

    /** Stands for the digest of an entry that has none, which counts as one of other parameters than the declared ones. */
    private static final String NO_DIGEST = "none";

    private HistoryEntries() {}

    /** An entry with what its place among the others depends on. */
    private record Entry(Element element, String id, int callId, Instant at, String node, Magic magic) {

        static Entry of(Element element) {
            return new Entry(
                    element,
                    element.id(),
                    Words.integer(element.get("call-id")).orElse(-1),
                    Words.epoch(element.get("last-rc-change", element.get("last_rc_change", "")))
                            .orElse(Instant.EPOCH),
                    element.get("on_node", ""),
                    Magic.of(element.get("transition-magic", "")));
        }
    }

    /** Which transition a result belongs to. */
    private record Magic(String transition, String uuid) {

        /** Out of {@code status:code;action:transition:expected:uuid}. */
        static Magic of(String text) {
            String[] parts = text.substring(text.indexOf(';') + 1).split(":", 4);
            return parts.length == 4 ? new Magic(parts[1], parts[3]) : new Magic("", "");
        }

        boolean isNewest() {
            return transition.equals("-1");
        }
    }

    static List<OperationResult> read(String id, Element resource, Pool pool) {
        List<Entry> entries = new ArrayList<>();
        for (Element child : resource.children()) {
            if (child.is("lrm_rsc_op")) {
                entries.add(Entry.of(child));
            }
        }
        if (entries.size() > 1) {
            // Among equals the one that stands later in the document came first.
            Collections.reverse(entries);
            entries = sorted(entries);
        }
        List<OperationResult> results = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            result(id, entry, pool).ifPresent(results::add);
        }
        return results;
    }

    /**
     * A stable merge sort. The comparison is not transitive where entries of several nodes or pending ones meet, and the
     * library's own sort refuses such comparisons.
     */
    private static List<Entry> sorted(List<Entry> entries) {
        if (entries.size() < 2) {
            return entries;
        }
        int middle = entries.size() / 2;
        List<Entry> left = sorted(entries.subList(0, middle));
        List<Entry> right = sorted(entries.subList(middle, entries.size()));
        List<Entry> merged = new ArrayList<>(entries.size());
        int i = 0;
        int j = 0;
        while (i < left.size() && j < right.size()) {
            merged.add(compare(left.get(i), right.get(j)) <= 0 ? left.get(i++) : right.get(j++));
        }
        merged.addAll(left.subList(i, left.size()));
        merged.addAll(right.subList(j, right.size()));
        return merged;
    }

    private static int compare(Entry a, Entry b) {
        boolean sameNode = a.node().equals(b.node());
        if (sameNode && a.id().equals(b.id())) {
            return 0;
        }
        if (a.callId() >= 0 && b.callId() >= 0) {
            int order = sameNode ? Integer.compare(a.callId(), b.callId()) : 0;
            return order != 0 ? order : a.at().compareTo(b.at());
        }
        if (a.callId() == b.callId()) {
            return 0;
        }
        return a.callId() < 0 ? comparePending(a, b) : -comparePending(b, a);
    }

    /** Compares an entry of an operation that runs with one that has ended. */
    private static int comparePending(Entry pending, Entry ended) {
        Magic a = pending.magic();
        Magic b = ended.magic();
        if (!a.uuid().equals(b.uuid()) || a.transition().equals(b.transition()) || a.isNewest()) {
            return 1;
        }
        if (b.isNewest()) {
            return -1;
        }
        return Long.compare(
                Words.number(a.transition()).orElse(0),
                Words.number(b.transition()).orElse(0));
    }

    private static Optional<OperationResult> result(String resource, Entry entry, Pool pool) {
        Element element = entry.element();
        String operation = element.get("operation", "");
        OptionalInt status = Words.integer(element.get("op-status"));
        OptionalInt code = Words.integer(element.get("rc-code"));
        if (entry.id().isEmpty()
                || !TELLING.contains(operation)
                || status.isEmpty()
                || status.getAsInt() < -1
                || status.getAsInt() == 1
                || status.getAsInt() > HIGHEST_STATUS
                || code.isEmpty()
                || code.getAsInt() < 0
                || code.getAsInt() > HIGHEST_CODE) {
            return Optional.empty();
        }
        return Optional.of(new OperationResult(
                resource,
                pool.share(operation),
                Duration.ofMillis(
                        Math.max(0, Words.number(element.get("interval")).orElse(0))),
                entry.callId(),
                status(status.getAsInt()),
                code.getAsInt(),
                expected(element.get("transition-key", "")),
                entry.at(),
                Duration.ofMillis(
                        Math.max(0, Words.number(element.get("exec-time")).orElse(0))),
                pool.share(element.get("op-digest", NO_DIGEST)),
                pool.share(element.get("exit-reason", "")),
                details(element, entry.id(), resource)));
    }

    private static Status status(int number) {
        return switch (number) {
            case -1 -> Status.PENDING;
            case 0 -> Status.DONE;
            case 2 -> Status.TIMED_OUT;
            case 3 -> Status.NOT_SUPPORTED;
            case 4 -> Status.ERROR;
            case 6 -> Status.FATAL_ERROR;
            case 7 -> Status.NOT_INSTALLED;
            case 8 -> Status.NOT_CONNECTED;
            case 9 -> Status.INVALID;
            // Also where there is no device to fence with, or no secret to run with.
            default -> Status.HARD_ERROR;
        };
    }

    /** The third part of {@code action:transition:expected:uuid}; −1 if there is none. */
    private static int expected(String key) {
        String[] parts = key.split(":", 4);
        return parts.length == 4 ? Words.integer(parts[2]).orElse(-1) : -1;
    }

    private static Details details(Element element, String id, String resource) {
        String source = element.get("migrate_source");
        String target = element.get("migrate_target");
        boolean lastFailure = id.equals(resource + "_last_failure_0");
        boolean global = !element.has("on_node");
        String restartDigest = element.get("op-restart-digest", "");
        String secureDigest = element.get("op-secure-digest", "");
        if (source == null
                && target == null
                && !lastFailure
                && !global
                && restartDigest.isEmpty()
                && !element.has("op-force-restart")
                && secureDigest.isEmpty()) {
            return Details.NONE;
        }
        return new Details(
                Optional.ofNullable(source),
                Optional.ofNullable(target),
                lastFailure,
                global,
                restartDigest,
                words(element.get("op-force-restart")),
                secureDigest,
                words(element.get("op-secure-params")));
    }

    /** The words of a list. One that is there and empty has the empty word, to be told from one that is not there. */
    private static Set<String> words(@Nullable String text) {
        return text == null ? Set.of() : Set.copyOf(List.of(BLANKS.split(text.strip())));
    }
}
