package io.releve.agent;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A small text that the agents of one resource share across the cluster, for facts that decide who may do what: which
 * replicas may be promoted, say. It is written with compare-and-set, by members only: a node whose membership was ended
 * cannot write, even if it does not know of that end yet.
 *
 * <p>Stages complete on the node's own loop: what hangs on them must not block. They may be waited for on the threads
 * on which an agent's operations run, with a limit.
 *
 * <p>Thread-safety: all methods may be called from any thread, and none blocks.
 */
public interface SharedRecord {

    /** The number to expect where there must be no record yet. */
    int NONE = -1;

    /** The greatest size of a text: 65,536 bytes of UTF-8. */
    int LIMIT = 65_536;

    /**
     * A text and its place among the texts that the record has had.
     *
     * @param text the text
     * @param number counts the writes, from 0
     */
    record Version(String text, int number) {}

    /** What this node last saw, which may be older than the truth; empty if it has not seen any. */
    Optional<Version> current();

    /**
     * Reads what stands there now, from a majority: what was written before this was called is seen.
     *
     * @return fails with {@link SharedRecordException}
     */
    CompletionStage<Optional<Version>> read();

    /**
     * Writes a new text over a known version.
     *
     * @param text the new text, at most {@link #LIMIT} bytes; no secrets: every client of the coordination service that
     *     may read the cluster can read it
     * @param expectedNumber the number of the version that it replaces, {@link #NONE} if there must be none
     * @return what was written, once a majority has it; {@link #current} shows it, or what came later, by then. Fails
     *     with {@link SharedRecordException}, which says what can be concluded
     */
    CompletionStage<Version> write(String text, int expectedNumber);

    /**
     * Has an action run each time {@link #current} shows something else. Changes in quick succession may count as one.
     * The action runs on the node's own loop: it must not block.
     *
     * @return ends the subscription when closed; an agent closes it with itself
     */
    Lease.Registration onChange(Runnable action);
}
