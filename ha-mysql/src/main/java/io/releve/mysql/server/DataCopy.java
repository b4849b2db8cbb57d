package io.releve.mysql.server;

import io.releve.mysql.config.MySqlServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** Replaces the data of a server that has been emptied of its history by a copy of another's. */
sealed interface DataCopy extends AutoCloseable permits CloneCopy, DumpCopy {

    /** It did not succeed; the message says why and what to do. */
    final class Failed extends Exception {

        private static final long serialVersionUID = 1L;

        Failed(String reason) {
            super(reason);
        }
    }

    /**
     * Has the server forget what it has executed and received, so that nobody takes half a copy for a whole one. Its data is
     * of no worth from here on.
     */
    void forgetHistory(Connection own) throws SQLException;

    /**
     * Copies.
     *
     * @param own the administrator's connection to the server that gets the copy; may be closed afterwards
     * @param source the server whose copy it is
     */
    void copy(Connection own, MySqlServer source) throws SQLException, IOException, InterruptedException, Failed;

    /** How far it is, for people; empty if that is not known. */
    Optional<String> progress();

    /** Gives up, from another thread. */
    @Override
    void close();
}
