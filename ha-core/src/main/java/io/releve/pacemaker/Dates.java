package io.releve.pacemaker;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.IsoFields;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads dates in the forms of ISO 8601: by month and day, by day of the year, by week; UTC where no zone is given. */
final class Dates {

    private static final Pattern FORM = Pattern.compile("(?<date>[0-9]{4}[-0-9W]*)"
            + "(?:[T ]\\s*(?<time>[0-9]{1,2}(?::?[0-9]{2}){0,2})(?:[.,][0-9]+)?)?"
            + "\\s*(?<zone>Z|UTC|[+-][0-9]{2}:?(?:[0-9]{2})?)?");
    private static final Pattern MONTH_DAY = Pattern.compile("(\\d{4})-?(\\d{1,2})-?(\\d{1,2})");
    private static final Pattern YEAR_DAY = Pattern.compile("(\\d{4})-?(\\d{3})");
    private static final Pattern WEEK_DAY = Pattern.compile("(\\d{4})-?W(\\d{1,2})-?(\\d)");

    private Dates() {}

    /** The moment, or nothing if the text is no date. */
    static Optional<Instant> parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            LocalDate date = date(matcher.group("date"));
            String time = matcher.group("time");
            String zone = matcher.group("zone");
            return Optional.of(date.atTime(time == null ? LocalTime.MIDNIGHT : time(time))
                    .toInstant(zone == null ? ZoneOffset.UTC : zone(zone)));
        } catch (DateTimeException | NumberFormatException noDate) {
            return Optional.empty();
        }
    }

    private static LocalDate date(String text) {
        Matcher yearDay = YEAR_DAY.matcher(text);
        if (yearDay.matches()) {
            return LocalDate.ofYearDay(Integer.parseInt(yearDay.group(1)), Integer.parseInt(yearDay.group(2)));
        }
        Matcher weekDay = WEEK_DAY.matcher(text);
        if (weekDay.matches()) {
            return LocalDate.of(Integer.parseInt(weekDay.group(1)), 1, 4)
                    .with(IsoFields.WEEK_OF_WEEK_BASED_YEAR, Long.parseLong(weekDay.group(2)))
                    .with(java.time.temporal.ChronoField.DAY_OF_WEEK, Long.parseLong(weekDay.group(3)));
        }
        Matcher monthDay = MONTH_DAY.matcher(text);
        if (monthDay.matches()) {
            return LocalDate.of(
                    Integer.parseInt(monthDay.group(1)),
                    Integer.parseInt(monthDay.group(2)),
                    Integer.parseInt(monthDay.group(3)));
        }
        throw new DateTimeException(text);
    }

    private static LocalTime time(String text) {
        String digits = text.replace(":", "");
        int[] part = new int[3];
        for (int i = 0; i < 3 && digits.length() >= 2 * i + 2; i++) {
            part[i] = Integer.parseInt(digits.substring(2 * i, 2 * i + 2));
        }
        return LocalTime.of(part[0], part[1], part[2]);
    }

    private static ZoneOffset zone(String text) {
        return text.equals("Z") || text.equals("UTC") ? ZoneOffset.UTC : ZoneOffset.of(text);
    }

    /** The end of a span of so many years, months, weeks, days, hours, minutes and seconds. */
    static Instant plus(Instant start, Xml duration) {
        java.time.ZonedDateTime time = start.atZone(ZoneOffset.UTC);
        return time.plusYears(amount(duration, "years"))
                .plusMonths(amount(duration, "months"))
                .plusWeeks(amount(duration, "weeks"))
                .plusDays(amount(duration, "days"))
                .plus(Duration.ofHours(amount(duration, "hours")))
                .plus(Duration.ofMinutes(amount(duration, "minutes")))
                .plus(Duration.ofSeconds(amount(duration, "seconds")))
                .toInstant();
    }

    private static long amount(Xml duration, String unit) {
        String text = duration.get(unit, "0");
        return text.matches("[0-9]{1,9}") ? Long.parseLong(text) : 0;
    }
}
