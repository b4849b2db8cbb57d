package io.releve.lab.measure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * Who had the address when.
 *
 * @param changes all of them from the beginning, when nobody had it, in the order of their times
 */
public record AddressHistory(List<AddressChange> changes) {

    public AddressHistory {
        changes = List.copyOf(changes);
    }

    /** When the host first lost it at or after a moment. */
    public OptionalLong lost(String host, long from) {
        return changes.stream()
                .filter(change -> change.host().equals(host) && !change.there() && change.nanos() >= from)
                .mapToLong(AddressChange::nanos)
                .findFirst();
    }

    /** The first other host that got it at or after a moment. */
    public Optional<String> successor(String host, long from) {
        return changes.stream()
                .filter(change -> !change.host().equals(host) && change.there() && change.nanos() >= from)
                .map(AddressChange::host)
                .findFirst();
    }

    /** For how many nanoseconds between two moments at least two hosts had it. */
    public long twoHolders(long from, long to) {
        return Spans.overlap(spans(from, to));
    }

    /** For how many nanoseconds between two moments nobody had it. */
    public long nobody(long from, long to) {
        List<List<Spans.Span>> spans = spans(from, to);
        TreeSet<Long> moments = new TreeSet<>(List.of(from, to));
        spans.forEach(own -> own.forEach(span -> moments.addAll(List.of(span.from(), span.to()))));
        long nobody = 0;
        long last = from;
        for (long moment : moments) {
            long middle = last + (moment - last) / 2;
            boolean held =
                    spans.stream().flatMap(List::stream).anyMatch(span -> span.from() <= middle && middle < span.to());
            nobody += held ? 0 : moment - last;
            last = moment;
        }
        return nobody;
    }

    private List<List<Spans.Span>> spans(long from, long to) {
        Map<String, List<Spans.Span>> closed = new LinkedHashMap<>();
        Map<String, Long> open = new LinkedHashMap<>();
        for (AddressChange change : changes) {
            if (change.there()) {
                open.putIfAbsent(change.host(), change.nanos());
            } else if (open.containsKey(change.host())) {
                add(closed, change.host(), Math.max(from, open.remove(change.host())), Math.min(to, change.nanos()));
            }
        }
        open.forEach((host, since) -> add(closed, host, Math.max(from, since), to));
        return List.copyOf(closed.values());
    }

    private static void add(Map<String, List<Spans.Span>> spans, String host, long from, long to) {
        if (to > from) {
            spans.computeIfAbsent(host, name -> new ArrayList<>()).add(new Spans.Span(from, to));
        }
    }
}
