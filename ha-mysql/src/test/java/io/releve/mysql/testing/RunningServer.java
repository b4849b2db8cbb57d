package io.releve.mysql.testing;

import io.releve.mysql.config.MySqlServer;

/** What a server runs in. */
sealed interface RunningServer permits ProcessServer, ContainerServer {

    boolean isAlive();

    /** What the server has logged. */
    String log();

    /** Waits a moment, or less if the server ends. */
    void pause();

    /** Where other servers reach it. */
    MySqlServer address(int port);

    void freeze();

    void thaw();

    void close();
}
