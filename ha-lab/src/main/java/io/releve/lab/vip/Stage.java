package io.releve.lab.vip;

import java.io.IOException;
import java.util.List;

/** Three hosts on which somebody keeps an address. Used by one thread. */
interface Stage extends AutoCloseable {

    /** Waits until everything runs, and has the address where the trial wants it; returns that host's name. */
    String prepare(Trial trial) throws InterruptedException;

    /**
     * Has the address moved in good order.
     *
     * @param from where it is
     */
    void move(String from);

    /** What keeps the address on a host, and nothing else. */
    List<ProcessHandle> keepers(String host);

    /** Starts what has ended on a host, or was told to. */
    void restart(String host) throws InterruptedException;

    /** The ends of the logs. */
    String lastWords();

    /** Ends everything, and takes the address away. */
    @Override
    void close() throws IOException;
}
