package io.releve.mysql.datasource;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * What is done in one transaction. May run several times: it should do nothing but what goes through the connection, and neither
 * commit nor roll back.
 *
 * @param <T> what comes of it
 */
@FunctionalInterface
public interface TransactionWork<T> {

    /**
     * Does the work.
     *
     * @param connection in a transaction; closed by the caller
     * @throws SQLException rolls the transaction back
     */
    T run(Connection connection) throws SQLException;
}
