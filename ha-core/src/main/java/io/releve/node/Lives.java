package io.releve.node;

import java.io.IOException;
import java.util.UUID;

/** The incarnations of a node: which one comes next, and which are known to be over because their process has ended. */
public interface Lives extends AutoCloseable {

    /**
     * Finds out about earlier ones, before the node joins.
     *
     * @throws IOException if this node must not run; the message says why
     */
    default void open() throws IOException {}

    /** This process needs no incarnations any more. */
    @Override
    default void close() {}

    /** A new one, never used before. */
    String next();

    /** Whether this one is surely over. */
    boolean isOver(String incarnation);

    /** Of other processes nothing is known. */
    static Lives unremembered() {
        return new Lives() {
            @Override
            public String next() {
                return UUID.randomUUID().toString().substring(0, 8);
            }

            @Override
            public boolean isOver(String incarnation) {
                return false;
            }
        };
    }
}
