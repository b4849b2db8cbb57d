package io.releve.model;

/**
 * How much something is wanted: an integer from −1,000,000 (never) to 1,000,000 (always), with arithmetic that
 * saturates. −INFINITY wins over everything, +INFINITY over everything else.
 *
 * @param value the number, clipped to the range
 * @see <a href="https://clusterlabs.org/projects/pacemaker/doc/">Pacemaker Explained, "Scores"</a>
 */
public record Score(int value) implements Comparable<Score> {

    private static final int LIMIT = 1_000_000;

    /** Must be so, or must stay so. */
    public static final Score INFINITY = new Score(LIMIT);

    /** Must never be so. */
    public static final Score MINUS_INFINITY = new Score(-LIMIT);

    /** No preference. */
    public static final Score ZERO = new Score(0);

    /** Clips the number to the range. */
    public Score {
        value = Math.max(-LIMIT, Math.min(LIMIT, value));
    }

    /** A score of this many points, clipped to ±{@link #INFINITY}. */
    public static Score of(int points) {
        return new Score(points);
    }

    /**
     * Reads a score as Pacemaker writes it: an integer, {@code INFINITY}, {@code +INFINITY} or {@code -INFINITY}, in any
     * letter case.
     *
     * @param text what to read
     * @throws IllegalArgumentException if it is none of these
     */
    public static Score parse(String text) {
        String word = text.strip();
        switch (word.toUpperCase(java.util.Locale.ROOT)) {
            case "INFINITY", "+INFINITY" -> {
                return INFINITY;
            }
            case "-INFINITY" -> {
                return MINUS_INFINITY;
            }
            default -> {
                if (!word.matches("[+-]?[0-9]+")) {
                    throw new IllegalArgumentException(
                            "'" + text + "' is not a score: use an integer, INFINITY or -INFINITY");
                }
                boolean negative = word.startsWith("-");
                String digits = word.replaceFirst("^[+-]?0*", "");
                if (digits.length() > 7) {
                    return negative ? MINUS_INFINITY : INFINITY;
                }
                int magnitude = digits.isEmpty() ? 0 : Integer.parseInt(digits);
                return new Score(negative ? -magnitude : magnitude);
            }
        }
    }

    /** The sum of two plain numbers by the rules of scores; for inner loops that do without objects. */
    public static int add(int a, int b) {
        if (a <= -LIMIT || b <= -LIMIT) {
            return -LIMIT;
        }
        if (a >= LIMIT || b >= LIMIT) {
            return LIMIT;
        }
        return Math.max(-LIMIT, Math.min(LIMIT, a + b));
    }

    /** The saturating sum: −INFINITY with anything is −INFINITY, otherwise +INFINITY with anything is +INFINITY. */
    public Score plus(Score other) {
        return new Score(add(value, other.value));
    }

    /** The score with the other sign. */
    public Score negate() {
        return new Score(-value);
    }

    /** Whether this is +INFINITY or −INFINITY. */
    public boolean isInfinite() {
        return value == LIMIT || value == -LIMIT;
    }

    @Override
    public int compareTo(Score other) {
        return Integer.compare(value, other.value);
    }

    /** The form that {@link #parse(String)} reads. */
    @Override
    public String toString() {
        if (value == LIMIT) {
            return "INFINITY";
        }
        return value == -LIMIT ? "-INFINITY" : Integer.toString(value);
    }
}
