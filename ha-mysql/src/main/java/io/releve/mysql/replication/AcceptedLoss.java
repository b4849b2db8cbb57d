package io.releve.mysql.replication;

/**
 * The operator's word that transactions of a primary may be lost. It counts for that primary's epoch alone: the next
 * primary's first publication, before it opens, is of another one.
 *
 * @param epoch the epoch of the primary whose transactions may be lost
 * @param transactions how many of what it published, at most
 */
public record AcceptedLoss(long epoch, long transactions) {

    /** The text that {@link #parse} reads. */
    public String text() {
        return RecordText.empty()
                .with("epoch", epoch)
                .with("transactions", transactions)
                .toString();
    }

    /**
     * Reads the operator's word.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static AcceptedLoss parse(String text) {
        RecordText record = RecordText.parse(text);
        return new AcceptedLoss(record.number("epoch"), record.number("transactions"));
    }
}
