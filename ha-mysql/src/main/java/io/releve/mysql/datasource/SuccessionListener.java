package io.releve.mysql.datasource;

import java.time.Duration;

/** Is told when another server is lent from. */
@FunctionalInterface
interface SuccessionListener {

    /**
     * Connections to a server are lent from now. Called on one of the DataSource's threads, outside of its lock.
     *
     * @param generation what is lent from
     * @param outage for how long nothing was lent before it; zero for the first one
     */
    void opened(Generation generation, Duration outage);
}
