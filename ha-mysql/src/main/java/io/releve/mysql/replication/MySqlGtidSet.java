package io.releve.mysql.replication;

import io.releve.mysql.config.MySqlServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A MySQL GTID set: for each source (its UUID, with a tag since 8.3) the intervals of transaction numbers. */
public final class MySqlGtidSet implements GtidSet {

    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final Pattern TAG = Pattern.compile("[a-z_][a-z0-9_]{0,31}");
    private static final Pattern INTERVAL = Pattern.compile("\\d+(-\\d+)?");

    /** Numbers from first to last, both included. */
    private record Interval(long first, long last) {
        @Override
        public String toString() {
            return first == last ? Long.toString(first) : first + "-" + last;
        }
    }

    /** Sorted, disjoint, not adjacent intervals for each source; no source without intervals. */
    private final SortedMap<String, List<Interval>> sources;

    private MySqlGtidSet(SortedMap<String, List<Interval>> sources) {
        this.sources = sources;
    }

    /**
     * Reads {@code uuid:1-5:7,uuid:tag:1-3}; line breaks, as the server puts them in, are welcome.
     *
     * @throws IllegalArgumentException if the text is something else
     */
    public static MySqlGtidSet parse(String text) {
        TreeMap<String, List<Interval>> sources = new TreeMap<>();
        for (String part : text.split(",", -1)) {
            String entry = part.strip().toLowerCase(Locale.ROOT);
            if (entry.isEmpty()) {
                continue;
            }
            String[] fields = entry.split(":", -1);
            if (!UUID.matcher(fields[0].strip()).matches() || fields.length < 2) {
                throw malformed(text);
            }
            String uuid = fields[0].strip();
            String source = uuid;
            for (int i = 1; i < fields.length; i++) {
                String field = fields[i].strip();
                if (INTERVAL.matcher(field).matches()) {
                    sources.computeIfAbsent(source, key -> new ArrayList<>()).add(interval(field, text));
                } else if (TAG.matcher(field).matches()) {
                    source = uuid + ":" + field;
                } else {
                    throw malformed(text);
                }
            }
        }
        sources.replaceAll((source, intervals) -> normalized(intervals));
        return new MySqlGtidSet(sources);
    }

    private static Interval interval(String field, String text) {
        int dash = field.indexOf('-');
        try {
            long first = Long.parseLong(dash < 0 ? field : field.substring(0, dash));
            long last = dash < 0 ? first : Long.parseLong(field.substring(dash + 1));
            if (first < 1 || last < first) {
                throw malformed(text);
            }
            return new Interval(first, last);
        } catch (NumberFormatException e) {
            throw malformed(text);
        }
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException("'" + text + "' is not a MySQL GTID set (uuid:1-5:7,…)");
    }

    private static List<Interval> normalized(List<Interval> intervals) {
        List<Interval> sorted = new ArrayList<>(intervals);
        sorted.sort((a, b) -> Long.compare(a.first, b.first));
        List<Interval> merged = new ArrayList<>();
        for (Interval next : sorted) {
            Interval previous = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            if (previous != null && next.first <= previous.last + 1) {
                merged.set(merged.size() - 1, new Interval(previous.first, Math.max(previous.last, next.last)));
            } else {
                merged.add(next);
            }
        }
        return List.copyOf(merged);
    }

    @Override
    public boolean isEmpty() {
        return sources.isEmpty();
    }

    @Override
    public boolean contains(GtidSet other) {
        return other(other).minus(this).isEmpty();
    }

    @Override
    public MySqlGtidSet union(GtidSet other) {
        TreeMap<String, List<Interval>> all = new TreeMap<>(sources);
        other(other)
                .sources
                .forEach((source, intervals) -> all.merge(source, intervals, (a, b) -> {
                    List<Interval> both = new ArrayList<>(a);
                    both.addAll(b);
                    return normalized(both);
                }));
        return new MySqlGtidSet(all);
    }

    @Override
    public MySqlGtidSet minus(GtidSet other) {
        MySqlGtidSet what = other(other);
        TreeMap<String, List<Interval>> rest = new TreeMap<>();
        sources.forEach((source, intervals) -> {
            List<Interval> left = subtract(intervals, what.sources.getOrDefault(source, List.of()));
            if (!left.isEmpty()) {
                rest.put(source, left);
            }
        });
        return new MySqlGtidSet(rest);
    }

    @Override
    public long countWithout(GtidSet other) {
        return minus(other).sources.values().stream()
                .flatMap(List::stream)
                .mapToLong(interval -> interval.last - interval.first + 1)
                .sum();
    }

    @Override
    public boolean wasWrittenAsPrimary(MySqlServer server) {
        return false;
    }

    @Override
    public MySqlGtidSet read(String text) {
        return parse(text);
    }

    private static List<Interval> subtract(List<Interval> from, List<Interval> what) {
        List<Interval> rest = new ArrayList<>();
        for (Interval interval : from) {
            long next = interval.first;
            for (Interval gone : what) {
                if (gone.last < next || gone.first > interval.last) {
                    continue;
                }
                if (gone.first > next) {
                    rest.add(new Interval(next, gone.first - 1));
                }
                next = gone.last + 1;
            }
            if (next <= interval.last) {
                rest.add(new Interval(next, interval.last));
            }
        }
        return rest;
    }

    private static MySqlGtidSet other(GtidSet other) {
        if (other instanceof MySqlGtidSet same) {
            return same;
        }
        throw new IllegalArgumentException("a MySQL GTID set cannot be compared with the MariaDB position " + other);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MySqlGtidSet set && sources.equals(set.sources);
    }

    @Override
    public int hashCode() {
        return sources.hashCode();
    }

    @Override
    public String toString() {
        return sources.entrySet().stream()
                .map(e -> e.getKey() + ":"
                        + e.getValue().stream().map(Interval::toString).collect(Collectors.joining(":")))
                .collect(Collectors.joining(","));
    }
}
