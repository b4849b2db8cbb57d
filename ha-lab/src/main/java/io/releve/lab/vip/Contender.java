package io.releve.lab.vip;

/** Who moves the address. */
enum Contender {
    /** Nodes of a cluster with nothing but a virtual IP. */
    RELEVE("", "Relève"),
    /** keepalived with its defaults: advertisements each second. */
    KEEPALIVED("k", "keepalived"),
    /** keepalived as fast as it goes: advertisements each 10 ms. */
    KEEPALIVED_FASTEST("f", "keepalived, 10 ms");

    private final String letter;
    private final String text;

    Contender(String letter, String text) {
        this.letter = letter;
        this.text = text;
    }

    /** What stands behind the number of its rows. */
    String letter() {
        return letter;
    }

    /** Whether a broken promise is ours. */
    boolean isOurs() {
        return this == RELEVE;
    }

    @Override
    public String toString() {
        return text;
    }
}
