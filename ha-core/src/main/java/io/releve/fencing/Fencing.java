package io.releve.fencing;

/** The fencers that need nothing from outside. */
public final class Fencing {

    /** The name of the fencer that every node has: {@link #lease()}. */
    public static final String LEASE = "lease";

    private Fencing() {}

    /**
     * Waits for the end of the node's lease. It is there under the name {@value #LEASE} without being registered, and is
     * the only level of every node for which no other levels are declared.
     *
     * <p>Enough for what the lease itself ends (an address with a lifetime in the kernel, a database server that closes
     * itself) and for what runs in the node's JVM, which gives it up or ends. Not enough for a process that outlives
     * the JVM: of these, what is known to be left behind is refused.
     */
    public static Fencer lease() {
        return new LeaseFencer();
    }

    /**
     * Does nothing but wait for the end of the node's lease, and then says that the node is fenced, whatever it may have
     * left behind.
     *
     * <p><b>Consequence:</b> a resource whose stop failed on the lost node, or a process there that outlives its JVM, may
     * go on running while another node starts it: two servers may accept writes, two processes may use one disk. What
     * they wrote apart from each other can be put together again only by hand. For resources that bear running twice.
     */
    public static Fencer none() {
        return new NoFencer();
    }
}
