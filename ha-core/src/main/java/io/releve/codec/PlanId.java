package io.releve.codec;

/**
 * A plan's place among all plans of a cluster.
 *
 * @param epoch the reign
 * @param number the number within the reign
 */
public record PlanId(long epoch, int number) implements Comparable<PlanId> {

    /** Older than any plan. */
    public static final PlanId NONE = new PlanId(0, 0);

    @Override
    public int compareTo(PlanId other) {
        return epoch != other.epoch ? Long.compare(epoch, other.epoch) : Integer.compare(number, other.number);
    }

    /** A number that rises with the plans, for those who can only carry one. */
    public long sequence() {
        return (epoch << 24) | number;
    }

    @Override
    public String toString() {
        return epoch + "." + number;
    }
}
