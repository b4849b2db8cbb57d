package io.releve.mysql.replication;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a primary told the cluster of its history: what it had executed, and when. Times are of its own clock and are compared
 * with each other only, so that no two clocks need agree. Immutable.
 *
 * @param epoch the primary's epoch
 * @param node the primary's node
 * @param points the newest first; the older, the fewer
 */
public record Published(long epoch, String node, List<Point> points) {

    /** So many points reach back some minutes and stay within a few kilobytes. */
    private static final int MOST_POINTS = 32;

    /** Sets of GTIDs with many gaps are long; what is older is left out then. */
    private static final int MOST_CHARACTERS = 16_384;

    /** A point is left out if its neighbours are no further apart than this part of the older one's age. */
    private static final int PART = 3;

    /**
     * A moment in the primary's history.
     *
     * @param at the last moment at which the primary was seen to have executed this and no more
     * @param gtids all transactions that it had executed, in its own form
     */
    public record Point(Instant at, String gtids) {}

    public Published {
        points = List.copyOf(points);
        if (points.isEmpty()) {
            throw new IllegalArgumentException("nothing is published");
        }
    }

    /** The first word of an epoch. */
    public static Published first(long epoch, String node, GtidSet executed, Instant now) {
        return new Published(epoch, node, List.of(new Point(now, executed.toString())));
    }

    /** What was published last. */
    public Point last() {
        return points.get(0);
    }

    /**
     * The same, with what has come since.
     *
     * @param executed what the primary has executed now
     * @param unchangedUntil when it was last seen to have executed no more than was published last
     * @param now the time, by the primary's clock
     */
    public Published next(GtidSet executed, Instant unchangedUntil, Instant now) {
        // A clock that was set back must not make anything younger than what came before it.
        Instant time = now.isAfter(last().at()) ? now : last().at();
        Instant until = unchangedUntil.isAfter(last().at()) ? unchangedUntil : last().at();
        List<Point> all = new ArrayList<>();
        all.add(new Point(time, executed.toString()));
        all.add(new Point(until.isAfter(time) ? time : until, last().gtids()));
        all.addAll(points.subList(1, points.size()));
        thinOut(all, time);
        return new Published(epoch, node, shortened(all));
    }

    /** From the oldest on; the first three stay. */
    private static void thinOut(List<Point> all, Instant now) {
        for (int i = all.size() - 2; i > 2; i--) {
            Instant older = all.get(i + 1).at();
            Duration gap = Duration.between(older, all.get(i - 1).at());
            if (gap.multipliedBy(PART).compareTo(Duration.between(older, now)) <= 0) {
                all.remove(i);
            }
        }
    }

    private static List<Point> shortened(List<Point> all) {
        int characters = 0;
        for (int i = 0; i < all.size(); i++) {
            characters += all.get(i).gtids().length();
            if (i >= MOST_POINTS || (i >= 2 && characters > MOST_CHARACTERS)) {
                return all.subList(0, i);
            }
        }
        return all;
    }

    /**
     * How old servers are against what was published last; empty if they lack even the oldest point.
     *
     * @param held what the servers have
     * @param reader reads a set in the server's form
     */
    Optional<Duration> age(GtidSet held, Function<String, GtidSet> reader) {
        return points.stream()
                .filter(point -> held.contains(reader.apply(point.gtids())))
                .findFirst()
                .map(point -> Duration.between(point.at(), last().at()));
    }

    /** How far back the points reach. */
    Duration reach() {
        return Duration.between(points.get(points.size() - 1).at(), last().at());
    }

    /** The text that {@link #parse} reads. */
    public String text() {
        RecordText text =
                RecordText.empty().with("epoch", epoch).with("node", node).with("points", points.size());
        for (int i = 0; i < points.size(); i++) {
            text.with("at." + i, points.get(i).at())
                    .with("gtids." + i, points.get(i).gtids());
        }
        return text.toString();
    }

    /**
     * Reads what was published.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static Published parse(String text) {
        RecordText record = RecordText.parse(text);
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < record.number("points"); i++) {
            try {
                points.add(new Point(Instant.parse(record.get("at." + i)), record.get("gtids." + i)));
            } catch (java.time.DateTimeException e) {
                throw new IllegalArgumentException("'" + record.get("at." + i) + "' is no moment", e);
            }
        }
        return new Published(record.number("epoch"), record.get("node"), points);
    }

    static String seconds(Duration duration) {
        long tenths = duration.toMillis() / 100;
        return tenths / 10 + (tenths % 10 == 0 ? "" : "." + tenths % 10) + " s";
    }
}
