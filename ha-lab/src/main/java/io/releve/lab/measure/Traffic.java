package io.releve.lab.measure;

import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * What a client that asks the address all the time has sent and got.
 *
 * @param frames in the order of their times
 * @param attempts when it tried to ask, also in vain because nobody said who has the address
 */
public record Traffic(List<Frame> frames, List<Long> attempts) {

    public Traffic {
        frames = List.copyOf(frames);
        attempts = List.copyOf(attempts);
    }

    /** The longest time without an answer that reaches into the time between two moments; it ends with that time at the latest. */
    public long longestSilence(long from, long to) {
        return longest(frames.stream().filter(frame -> !frame.question()).mapToLong(Frame::nanos), from, to);
    }

    /** The longest time between two attempts: no silence can be told from it. */
    public long longestPause(long from, long to) {
        return longest(attempts.stream().mapToLong(Long::longValue), from, to);
    }

    private static long longest(LongStream moments, long from, long to) {
        long last = Long.MIN_VALUE;
        long longest = 0;
        for (long moment : moments.toArray()) {
            if (moment > to) {
                break;
            }
            if (moment >= from) {
                longest = Math.max(longest, moment - (last == Long.MIN_VALUE ? from : last));
            }
            last = moment;
        }
        return Math.max(longest, to - (last == Long.MIN_VALUE ? from : last));
    }

    /** The first question at or after a moment that goes to another hardware address than this. */
    public OptionalLong firstNotTo(String mac, long from) {
        String old = mac.toLowerCase(Locale.ROOT);
        return frames.stream()
                .filter(frame -> frame.question()
                        && frame.nanos() >= from
                        && !frame.mac().equals(old))
                .mapToLong(Frame::nanos)
                .findFirst();
    }
}
