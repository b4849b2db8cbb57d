package io.releve.lab.faults;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The rows that each server holds.
 *
 * @param rows the ids, by host
 */
record Holdings(Map<String, Set<Long>> rows) {

    Holdings {
        rows = Map.copyOf(rows);
    }

    /** Whether all servers hold the same. */
    boolean areEqual() {
        return rows.values().stream().distinct().count() <= 1;
    }

    /** The acknowledged ones that a host lacks; all, if nothing is known of it. */
    Set<Long> lacking(Set<Long> acknowledged, String host) {
        Set<Long> lacking = new HashSet<>(acknowledged);
        lacking.removeAll(rows.getOrDefault(host, Set.of()));
        return lacking;
    }

    /** How many each holds. */
    @Override
    public String toString() {
        Map<String, Integer> sizes = new TreeMap<>();
        rows.forEach((host, ids) -> sizes.put(host, ids.size()));
        return sizes.toString();
    }
}
