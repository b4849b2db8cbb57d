package io.releve.lab.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Times during which something surely held, from samples of it. */
final class Spans {

    /** Two samples further apart than this say nothing of the time between them: the asked one may have been frozen. */
    private static final long LONGEST_STEP_NANOS = 250_000_000;

    /**
     * A time during which it held.
     *
     * @param from its beginning
     * @param to its end
     */
    record Span(long from, long to) {}

    private Spans() {}

    /** From the first answer of an unbroken row of yeses to the last question of it: a span of one sample has no length. */
    static List<Span> of(List<Sample> samples) {
        List<Span> spans = new ArrayList<>();
        Optional<Sample> first = Optional.empty();
        Sample last = new Sample(0, 0, false);
        for (Sample sample : samples) {
            boolean joined = first.isPresent() && sample.received() - last.received() <= LONGEST_STEP_NANOS;
            if (first.isPresent() && (!sample.yes() || !joined)) {
                spans.add(span(first.get(), last));
                first = Optional.empty();
            }
            if (sample.yes()) {
                if (first.isEmpty()) {
                    first = Optional.of(sample);
                }
                last = sample;
            }
        }
        first.ifPresent(begun -> spans.add(span(begun, samples.get(samples.size() - 1))));
        return List.copyOf(spans);
    }

    private static Span span(Sample first, Sample last) {
        return new Span(first.received(), Math.max(first.received(), last.sent()));
    }

    /** For how long, in nanoseconds, at least two of them held at once. */
    static long overlap(List<List<Span>> all) {
        // How many begin less how many end at a moment; ends first, so that what only touches does not overlap.
        TreeMap<Long, Integer> steps = new TreeMap<>();
        for (List<Span> spans : all) {
            for (Span span : spans) {
                if (span.to() > span.from()) {
                    steps.merge(span.from(), 1, Integer::sum);
                    steps.merge(span.to(), -1, Integer::sum);
                }
            }
        }
        long total = 0;
        long since = 0;
        int holding = 0;
        for (var step : steps.entrySet()) {
            if (holding >= 2) {
                total += step.getKey() - since;
            }
            since = step.getKey();
            holding += step.getValue();
        }
        return total;
    }
}
