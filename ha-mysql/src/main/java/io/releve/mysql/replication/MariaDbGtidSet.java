package io.releve.mysql.replication;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.config.MySqlServerConfig;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A MariaDB GTID position: for each domain the last transaction. It stands for that transaction and all before it in the
 * domain. With one domain per server, as Relève sets rings up, each domain has one writer and its numbers only rise, so
 * the greater number of a domain contains the smaller.
 */
public final class MariaDbGtidSet implements GtidSet {

    private static final MariaDbGtidSet EMPTY = new MariaDbGtidSet(new TreeMap<>());

    /**
     * The last transaction of a domain.
     *
     * @param server the server id of the server that wrote it
     * @param sequence its number
     */
    private record Last(long server, long sequence) {}

    private final SortedMap<Long, Last> domains;

    private MariaDbGtidSet(SortedMap<Long, Last> domains) {
        this.domains = domains;
    }

    /**
     * Reads {@code domain-server-sequence,…}. Of several entries of one domain the greatest sequence counts.
     *
     * @throws IllegalArgumentException if the text is something else
     */
    public static MariaDbGtidSet parse(String text) {
        TreeMap<Long, Last> domains = new TreeMap<>();
        for (String part : text.strip().split(",", -1)) {
            String gtid = part.strip();
            if (gtid.isEmpty()) {
                continue;
            }
            String[] numbers = gtid.split("-", -1);
            if (numbers.length != 3) {
                throw malformed(text);
            }
            try {
                long domain = Long.parseLong(numbers[0]);
                Last last = new Last(Long.parseLong(numbers[1]), Long.parseUnsignedLong(numbers[2]));
                domains.merge(domain, last, MariaDbGtidSet::later);
            } catch (NumberFormatException e) {
                throw malformed(text);
            }
        }
        return domains.isEmpty() ? EMPTY : new MariaDbGtidSet(domains);
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException("'" + text + "' is not a MariaDB GTID position (domain-server-sequence,…)");
    }

    private static Last later(Last a, Last b) {
        return Long.compareUnsigned(a.sequence, b.sequence) >= 0 ? a : b;
    }

    /** Only the part of one domain; empty if there is none. */
    public MariaDbGtidSet domain(long domain) {
        Last last = domains.get(domain);
        return last == null ? EMPTY : new MariaDbGtidSet(new TreeMap<>(Map.of(domain, last)));
    }

    @Override
    public boolean isEmpty() {
        return domains.isEmpty();
    }

    @Override
    public boolean contains(GtidSet other) {
        return minus(other(other), this).isEmpty();
    }

    @Override
    public MariaDbGtidSet union(GtidSet other) {
        TreeMap<Long, Last> all = new TreeMap<>(domains);
        other(other).domains.forEach((domain, last) -> all.merge(domain, last, MariaDbGtidSet::later));
        return new MariaDbGtidSet(all);
    }

    /** The domains in which this position is ahead of the other, each with this position's last transaction. */
    @Override
    public MariaDbGtidSet minus(GtidSet other) {
        return minus(this, other(other));
    }

    private static MariaDbGtidSet minus(MariaDbGtidSet from, MariaDbGtidSet what) {
        TreeMap<Long, Last> rest = new TreeMap<>();
        from.domains.forEach((domain, last) -> {
            Last known = what.domains.get(domain);
            if (known == null || Long.compareUnsigned(last.sequence, known.sequence) > 0) {
                rest.put(domain, last);
            }
        });
        return new MariaDbGtidSet(rest);
    }

    @Override
    public long countWithout(GtidSet other) {
        Map<Long, Last> known = other(other).domains;
        return minus(other).domains.entrySet().stream()
                .mapToLong(entry -> {
                    Last there = known.get(entry.getKey());
                    return entry.getValue().sequence - (there == null ? 0 : there.sequence);
                })
                .sum();
    }

    /** The domain is the epoch then; what a server writes at any other time has a domain of its own. */
    @Override
    public boolean wasWrittenAsPrimary(MySqlServer server) {
        return domains.entrySet().stream()
                .allMatch(entry ->
                        entry.getKey() < MySqlServerConfig.STRAY_DOMAIN && entry.getValue().server == server.number());
    }

    @Override
    public MariaDbGtidSet read(String text) {
        return parse(text);
    }

    private static MariaDbGtidSet other(GtidSet other) {
        if (other instanceof MariaDbGtidSet same) {
            return same;
        }
        throw new IllegalArgumentException("a MariaDB position cannot be compared with the MySQL GTID set " + other);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MariaDbGtidSet set && domains.equals(set.domains);
    }

    @Override
    public int hashCode() {
        return domains.hashCode();
    }

    @Override
    public String toString() {
        return domains.entrySet().stream()
                .map(e -> e.getKey() + "-" + e.getValue().server + "-" + Long.toUnsignedString(e.getValue().sequence))
                .collect(Collectors.joining(","));
    }
}
