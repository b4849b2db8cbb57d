package io.releve.scheduler;

import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the values of options and meta attributes as leniently as Pacemaker does: what is no value is its default. */
final class Values {

    private static final int INFINITY = 1_000_000;
    private static final Pattern INTEGER = Pattern.compile("\\s*([+-]?\\d+)");
    private static final Pattern TIME = Pattern.compile("\\s*\\+?(\\d+)(?:\\.\\d*)?\\s*([a-zA-Z]*).*");
    private static final Pattern ISO = Pattern.compile(
            "P(?:(\\d+)Y)?(?:(\\d+)M)?(?:(\\d+)W)?(?:(\\d+)D)?(?:T(?:(\\d+)H)?(?:(\\d+)M)?(?:(\\d+)S)?)?");

    private Values() {}

    /** Whether the word means yes; anything else, and nothing, means no. */
    static boolean isTrue(@Nullable String word) {
        if (word == null) {
            return false;
        }
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "true", "on", "yes", "y", "1" -> true;
            default -> false;
        };
    }

    /** The word as yes or no, or the default where it is neither. */
    static boolean bool(@Nullable String word, boolean otherwise) {
        if (word == null) {
            return otherwise;
        }
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "true", "on", "yes", "y", "1" -> true;
            case "false", "off", "no", "n", "0" -> false;
            default -> otherwise;
        };
    }

    /** A score, or nothing where the word is none. */
    static OptionalInt score(@Nullable String word) {
        if (word == null) {
            return OptionalInt.empty();
        }
        switch (word.toUpperCase(Locale.ROOT)) {
            case "INFINITY", "+INFINITY" -> {
                return OptionalInt.of(INFINITY);
            }
            case "-INFINITY" -> {
                return OptionalInt.of(-INFINITY);
            }
            default -> {
                Matcher matcher = INTEGER.matcher(word);
                return matcher.lookingAt() ? OptionalInt.of(clip(matcher.group(1))) : OptionalInt.empty();
            }
        }
    }

    private static int clip(String digits) {
        double number = Double.parseDouble(digits);
        return (int) Math.max(-INFINITY, Math.min(INFINITY, number));
    }

    /** A score, or the default. */
    static int score(@Nullable String word, int otherwise) {
        return score(word).orElse(otherwise);
    }

    /** A whole number of at least zero; the default where the word is missing, zero where it is something else. */
    static int count(@Nullable String word, int otherwise) {
        if (word == null) {
            return otherwise;
        }
        Matcher matcher = INTEGER.matcher(word);
        return matcher.lookingAt() ? Math.max(0, clip(matcher.group(1))) : 0;
    }

    /** The whole number at the start of the word, or the default. */
    static int integer(@Nullable String word, int otherwise) {
        if (word == null) {
            return otherwise;
        }
        Matcher matcher = INTEGER.matcher(word);
        if (!matcher.lookingAt()) {
            return otherwise;
        }
        double number = Double.parseDouble(matcher.group(1));
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, number));
    }

    /** A length of time in milliseconds; zero where the word is none. */
    static long millis(@Nullable String word) {
        if (word == null) {
            return 0;
        }
        String text = word.strip();
        if (text.startsWith("P")) {
            return isoMillis(text);
        }
        Matcher matcher = TIME.matcher(text);
        if (!matcher.matches()) {
            return 0;
        }
        double number = Double.parseDouble(matcher.group(1));
        double unit = switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
            case "", "s", "sec" -> 1000;
            case "ms", "msec" -> 1;
            case "us", "usec" -> 0.001;
            case "m", "min" -> 60_000;
            case "h", "hr" -> 3_600_000;
            default -> 0;
        };
        return (long) Math.min(number * unit, 1e15);
    }

    private static long isoMillis(String text) {
        Matcher matcher = ISO.matcher(text);
        if (!matcher.matches()) {
            return 0;
        }
        long[] seconds = {31_536_000, 2_592_000, 604_800, 86_400, 3_600, 60, 1};
        long sum = 0;
        for (int i = 0; i < seconds.length; i++) {
            String part = matcher.group(i + 1);
            sum += part == null ? 0 : seconds[i] * Math.min(Long.parseLong(part), 1_000_000);
        }
        return sum * 1000;
    }

    /** A length of time in whole seconds, rounded; a positive time is at least one second. */
    static long seconds(@Nullable String word) {
        long millis = millis(word);
        return millis > 0 && millis < 1000 ? 1 : (millis + 500) / 1000;
    }
}
