package io.releve.mysql.datasource;

import java.sql.SQLRecoverableException;

/**
 * The connection was lost, or led to a server that no longer takes writes, and nothing of the transaction was executed: it was not
 * committed, and never will be. Close the connection, get another one, and run the whole transaction again. SQLState 08S02.
 */
public final class ConnectionReplacedException extends SQLRecoverableException {

    private static final long serialVersionUID = 1L;

    ConnectionReplacedException(String reason, int vendorCode, Throwable cause) {
        super(reason, "08S02", vendorCode, cause);
    }
}
