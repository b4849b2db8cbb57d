package io.releve.lab.vip;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Median, shortest and longest of some times in milliseconds.
 *
 * @param median the middle one; of an even number, the later of the two in the middle
 * @param min the shortest
 * @param max the longest; infinite for what never came
 */
record Spread(double median, double min, double max) {

    /** Of these; empty if there are none. */
    static Optional<Spread> of(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.isEmpty()
                ? Optional.empty()
                : Optional.of(new Spread(sorted.get(sorted.size() / 2), sorted.get(0), sorted.get(sorted.size() - 1)));
    }

    /** The three, for a table that programs read. */
    List<String> values() {
        return List.of(exact(median), exact(min), exact(max));
    }

    private static String exact(double value) {
        return Double.isInfinite(value) ? "never" : String.format(Locale.ROOT, "%.3f", value);
    }

    /** {@code median (min–max)}, for people. */
    @Override
    public String toString() {
        return min == max ? readable(median) : readable(median) + " (" + readable(min) + "–" + readable(max) + ")";
    }

    private static String readable(double value) {
        if (value == 0) {
            return "0";
        }
        return Double.isInfinite(value) ? "never" : String.format(Locale.ROOT, "%.1f", value);
    }
}
