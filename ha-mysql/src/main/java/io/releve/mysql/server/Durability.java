package io.releve.mysql.server;

import io.releve.mysql.replication.LossBudget;
import java.time.Duration;

/**
 * What a client's "committed" is worth when the primary is lost. Immutable.
 *
 * @param mode whether a commit waits for replicas
 * @param acknowledgements for how many; 1 with MariaDB, which cannot wait for more
 * @param alone whether the primary goes on when no replica is left; else its commits wait until one is back
 * @param lossBudget what a promotion may lose without the operator's word, in asynchronous mode
 */
public record Durability(Mode mode, int acknowledgements, boolean alone, LossBudget lossBudget) {

    /** Whether a commit waits for replicas. */
    public enum Mode {
        /** A commit does not wait. What the primary had not sent when it was lost is lost, or errant if it returns. */
        ASYNC,
        /** A transaction that a client was told is committed is on the primary and on replicas that may be promoted. */
        SYNC
    }

    public Durability {
        if (acknowledgements < 0 || (mode == Mode.SYNC && acknowledgements < 1)) {
            throw new IllegalArgumentException(acknowledgements + " acknowledgements: at least one is needed");
        }
    }

    /**
     * Each commit waits for one replica. When no replica is left, commits wait until one is back: nothing acknowledged is
     * ever on one server only.
     */
    public static Durability sync() {
        return new Durability(Mode.SYNC, 1, false, LossBudget.NONE);
    }

    /**
     * No commit waits. When the primary is lost, the most advanced replica takes over by itself if that loses no more than
     * the loss budget allows: {@link LossBudget#DEFAULT} unless set.
     */
    public static Durability async() {
        return new Durability(Mode.ASYNC, 0, true, LossBudget.DEFAULT);
    }

    /**
     * The same with another loss budget. Both limits hold. The primary publishes once a second what it has executed; a
     * promotion is compared with that. Beyond the budget nobody is promoted until the server of the lost primary is back or
     * the operator says {@link PrimaryControl#acceptLoss}.
     *
     * @param transactions how many published transactions may be missing, 0 or more. Default: 1000
     * @param age how far behind the last publication the replicas may be. Default: 10 seconds
     * @throws IllegalArgumentException if one of them is negative, or this is {@link #sync()}, which loses nothing
     */
    public Durability lossBudget(long transactions, Duration age) {
        if (isSync()) {
            throw new IllegalArgumentException(
                    "with Durability.sync() nothing acknowledged is lost; a loss budget belongs to Durability.async()");
        }
        return new Durability(mode, acknowledgements, alone, new LossBudget(transactions, age));
    }

    /** The same, waiting for so many replicas. */
    public Durability acknowledgements(int count) {
        return new Durability(mode, count, alone, lossBudget);
    }

    /**
     * The same, but when no replica is left the primary goes on. Until one is back, only this server may be promoted, and
     * what it acknowledges meanwhile is on no other.
     */
    public Durability goOnAlone() {
        return new Durability(mode, acknowledgements, true, lossBudget);
    }

    boolean isSync() {
        return mode == Mode.SYNC;
    }
}
