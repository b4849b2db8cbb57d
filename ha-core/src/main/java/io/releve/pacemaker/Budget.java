package io.releve.pacemaker;

/**
 * Bounds what a small text can grow to: references, templates and sets stand for many things, and references to
 * references for very many.
 */
final class Budget {

    private final int most;
    private long spent;

    Budget(int most) {
        this.most = most;
    }

    void spend(Element on, long count) {
        spent += count;
        if (spent > most) {
            throw new UnreadableCibException(
                    on.line(),
                    on.column(),
                    on + ": references, templates and sets up to here stand for more than " + most
                            + " elements, which no cluster needs: split the sets or use groups");
        }
    }
}
