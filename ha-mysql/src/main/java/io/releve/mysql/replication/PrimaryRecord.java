package io.releve.mysql.replication;

import io.releve.mysql.config.MySqlServer;
import java.util.Locale;

/**
 * Who is the primary, as the cluster remembers it beyond all restarts.
 *
 * @param epoch rises by one with each promotion; the first is 1
 * @param node the node whose server was promoted
 * @param address its address
 * @param state how far the promotion has got
 * @param gtids what the server had executed when it was promoted, in its own form; empty until it is open
 */
public record PrimaryRecord(long epoch, String node, String address, State state, String gtids) {

    /** How far a promotion has got. */
    public enum State {
        /** It has begun. The server may be open already, and may not. */
        OPENING,
        /** It is complete: the others follow this server. */
        OPEN
    }

    /** A promotion begins. */
    public static PrimaryRecord opening(long epoch, MySqlServer server) {
        return new PrimaryRecord(epoch, server.node(), server.address(), State.OPENING, "");
    }

    /** The promotion is complete. */
    public PrimaryRecord open(GtidSet executed) {
        return new PrimaryRecord(epoch, node, address, State.OPEN, executed.toString());
    }

    /** Whether it names this server. */
    public boolean names(MySqlServer server) {
        return node.equals(server.node());
    }

    /** The text that {@link #parse} reads. */
    public String text() {
        return RecordText.empty()
                .with("epoch", epoch)
                .with("node", node)
                .with("address", address)
                .with("state", state.name().toLowerCase(Locale.ROOT))
                .with("gtids", gtids)
                .toString();
    }

    /**
     * Reads a record.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static PrimaryRecord parse(String text) {
        RecordText record = RecordText.parse(text);
        return new PrimaryRecord(
                record.number("epoch"),
                record.get("node"),
                record.get("address"),
                State.valueOf(record.get("state").toUpperCase(Locale.ROOT)),
                record.get("gtids", ""));
    }

    @Override
    public String toString() {
        return node + " (" + address + ") in epoch " + epoch + (state == State.OPENING ? ", being promoted" : "");
    }
}
