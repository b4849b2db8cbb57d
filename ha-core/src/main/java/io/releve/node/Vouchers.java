package io.releve.node;

/** Those who can renew this node's lease in place of the coordination service. Called on the loop. */
interface Vouchers {

    /** Nobody. */
    Vouchers NONE = new Vouchers() {
        @Override
        public void ask(long sentAt, Runnable whenAll) {}

        @Override
        public void renewed(long sentAt) {}
    };

    /**
     * Asks all.
     *
     * @param whenAll called on the loop if all have promised
     */
    void ask(long sentAt, Runnable whenAll);

    /** The coordination service has confirmed a renewal. */
    void renewed(long sentAt);
}
