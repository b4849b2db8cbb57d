package io.releve.pacemaker;

import io.releve.model.Role;
import io.releve.model.Score;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.IsoFields;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads single values as leniently as Pacemaker does. */
final class Words {

    private static final Pattern INTEGER = Pattern.compile("\\s*([+-]?\\d+)");
    private static final Pattern TIME =
            Pattern.compile("\\s*\\+?(\\d+)(?:\\.\\d*)?\\s*(us|usec|ms|msec|s|sec|m|min|h|hr)?\\s*");
    private static final Pattern ISO_DURATION = Pattern.compile(
            "P(?:(\\d+)Y)?(?:(\\d+)M)?(?:(\\d+)W)?(?:(\\d+)D)?(?:T(?:(\\d+)H)?(?:(\\d+)M)?(?:(\\d+)S)?)?");
    private static final long[] ISO_SECONDS = {31_536_000, 2_592_000, 604_800, 86_400, 3_600, 60, 1};
    private static final Pattern DATE = Pattern.compile("(\\d{4})-?(?:(\\d{2})-?(\\d{2})|W(\\d{2})-?(\\d)|(\\d{3}))"
            + "(?:[T ]\\s*(\\d{2}):?(\\d{2})(?::?(\\d{2}))?(?:\\.\\d+)?)?"
            + "\\s*(Z|[+-]\\d{2}(?::?\\d{2})?)?");

    private Words() {}

    /** Whether the word means yes; anything else, and nothing, means no. */
    static boolean isTrue(@Nullable String word) {
        return bool(word).orElse(false);
    }

    /** The word as yes or no; nothing where it is neither. */
    static Optional<Boolean> bool(@Nullable String word) {
        if (word == null) {
            return Optional.empty();
        }
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "true", "on", "yes", "y", "1" -> Optional.of(true);
            case "false", "off", "no", "n", "0" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    /** A score; nothing where the word is none. */
    static Optional<Score> score(@Nullable String word) {
        if (word == null) {
            return Optional.empty();
        }
        return switch (word.strip().toUpperCase(Locale.ROOT)) {
            case "INFINITY", "+INFINITY", "INF", "+INF" -> Optional.of(Score.INFINITY);
            case "-INFINITY", "-INF" -> Optional.of(Score.MINUS_INFINITY);
            default -> {
                OptionalLong number = number(word);
                yield number.isPresent() ? Optional.of(clipped(number.getAsLong())) : Optional.empty();
            }
        };
    }

    private static Score clipped(long number) {
        return Score.of((int) Math.max(-1_000_000, Math.min(1_000_000, number)));
    }

    /** The whole number with which the word begins; nothing where there is none. */
    static OptionalLong number(@Nullable String word) {
        if (word == null) {
            return OptionalLong.empty();
        }
        Matcher matcher = INTEGER.matcher(word);
        if (!matcher.lookingAt()) {
            return OptionalLong.empty();
        }
        String digits = matcher.group(1);
        if (digits.length() > 18) {
            return OptionalLong.of(digits.startsWith("-") ? Long.MIN_VALUE : Long.MAX_VALUE);
        }
        return OptionalLong.of(Long.parseLong(digits));
    }

    /** The same where it must fit into an int. */
    static OptionalInt integer(@Nullable String word) {
        OptionalLong number = number(word);
        return number.isPresent() && number.getAsLong() == (int) number.getAsLong()
                ? OptionalInt.of((int) number.getAsLong())
                : OptionalInt.empty();
    }

    /** A moment in seconds since 1970; nothing where the word is none, or none that a clock can show. */
    static Optional<Instant> epoch(@Nullable String word) {
        OptionalLong seconds = number(word);
        return seconds.isPresent() && seconds.getAsLong() > 0 && seconds.getAsLong() < 1L << 40
                ? Optional.of(Instant.ofEpochSecond(seconds.getAsLong()))
                : Optional.empty();
    }

    /** A length of time; nothing where the word is none. */
    static Optional<Duration> duration(@Nullable String word) {
        if (word == null) {
            return Optional.empty();
        }
        String text = word.strip();
        if (text.startsWith("P") && text.length() > 1) {
            return isoDuration(text);
        }
        Matcher matcher = TIME.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches() || matcher.group(1).length() > 12) {
            return Optional.empty();
        }
        long number = Long.parseLong(matcher.group(1));
        String unit = matcher.group(2) == null ? "s" : matcher.group(2);
        return Optional.of(
                switch (unit) {
                    case "us", "usec" -> Duration.ofMillis(number / 1000);
                    case "ms", "msec" -> Duration.ofMillis(number);
                    case "m", "min" -> Duration.ofMinutes(number);
                    case "h", "hr" -> Duration.ofHours(number);
                    default -> Duration.ofSeconds(number);
                });
    }

    private static Optional<Duration> isoDuration(String text) {
        Matcher matcher = ISO_DURATION.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long seconds = 0;
        for (int i = 0; i < ISO_SECONDS.length; i++) {
            String part = matcher.group(i + 1);
            if (part != null) {
                if (part.length() > 9) {
                    return Optional.empty();
                }
                seconds += ISO_SECONDS[i] * Long.parseLong(part);
            }
        }
        return Optional.of(Duration.ofSeconds(seconds));
    }

    /** A date with or without time and zone, in the forms of ISO 8601; without a zone in UTC. */
    static Optional<Instant> date(@Nullable String word) {
        if (word == null) {
            return Optional.empty();
        }
        Matcher matcher = DATE.matcher(word.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            LocalTime time = matcher.group(7) == null
                    ? LocalTime.MIDNIGHT
                    : LocalTime.of(part(matcher, 7), part(matcher, 8), matcher.group(9) == null ? 0 : part(matcher, 9));
            String zone = matcher.group(10);
            return Optional.of(
                    day(matcher).atTime(time).toInstant(zone == null ? ZoneOffset.UTC : ZoneOffset.of(zone)));
        } catch (DateTimeException noSuchDate) {
            return Optional.empty();
        }
    }

    private static LocalDate day(Matcher matcher) {
        int year = part(matcher, 1);
        if (matcher.group(2) != null) {
            return LocalDate.of(year, part(matcher, 2), part(matcher, 3));
        }
        if (matcher.group(4) != null) {
            return LocalDate.of(year, 1, 4)
                    .with(IsoFields.WEEK_OF_WEEK_BASED_YEAR, part(matcher, 4))
                    .with(java.time.temporal.ChronoField.DAY_OF_WEEK, part(matcher, 5));
        }
        return LocalDate.ofYearDay(year, part(matcher, 6));
    }

    private static int part(Matcher matcher, int group) {
        return Integer.parseInt(matcher.group(group));
    }

    /** A role; nothing where the word is none. */
    static Optional<Role> role(@Nullable String word) {
        if (word == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Role.parse(word));
        } catch (IllegalArgumentException noRole) {
            return Optional.empty();
        }
    }
}
