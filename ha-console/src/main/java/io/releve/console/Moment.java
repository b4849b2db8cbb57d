package io.releve.console;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.TemporalAccessor;
import java.util.List;

/** A moment as people write it: ISO 8601 with calendar, week or ordinal date, or seconds since 1970. */
final class Moment {

    private static final List<DateTimeFormatter> FORMATS = List.of(
            format(DateTimeFormatter.ISO_LOCAL_DATE),
            format(DateTimeFormatter.ISO_ORDINAL_DATE),
            format(DateTimeFormatter.ISO_WEEK_DATE));

    private Moment() {}

    private static DateTimeFormatter format(DateTimeFormatter date) {
        return new DateTimeFormatterBuilder()
                .append(date)
                .optionalStart()
                .appendPattern("['T'][' ']")
                .append(DateTimeFormatter.ISO_LOCAL_TIME)
                .optionalStart()
                .appendPattern("[XXX][X]")
                .optionalEnd()
                .optionalEnd()
                .toFormatter(java.util.Locale.ROOT);
    }

    /**
     * Reads one; without a zone it is UTC, without a time midnight.
     *
     * @throws IllegalArgumentException if it is none
     */
    static Instant parse(String text) {
        String trimmed = text.strip();
        if (trimmed.matches("\\d{5,12}")) {
            return Instant.ofEpochSecond(Long.parseLong(trimmed));
        }
        for (DateTimeFormatter format : FORMATS) {
            try {
                return instant(format.parseBest(trimmed, OffsetDateTime::from, Moment::withoutZone));
            } catch (DateTimeException next) {
                // Another form, perhaps.
            }
        }
        throw new IllegalArgumentException("'" + text + "' is not a time; write 2026-01-31T12:00:00Z, 2026-01-31, "
                + "2026-031T12:00 or the seconds since 1970");
    }

    private static OffsetDateTime withoutZone(TemporalAccessor parsed) {
        LocalTime time = parsed.query(java.time.temporal.TemporalQueries.localTime());
        return OffsetDateTime.of(LocalDate.from(parsed), time == null ? LocalTime.MIDNIGHT : time, ZoneOffset.UTC);
    }

    private static Instant instant(TemporalAccessor moment) {
        return OffsetDateTime.from(moment).toInstant();
    }
}
