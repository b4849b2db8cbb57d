package io.releve.mysql.datasource;

import java.sql.SQLTransientConnectionException;

/**
 * No replica could be read from within the time given, and the primary must not serve ({@link ReaderPolicy#withoutPrimary}):
 * nothing was executed, and trying again later makes sense. The message says of each replica what is wrong with it. SQLState
 * 08001.
 */
public final class NoReplicaException extends SQLTransientConnectionException {

    private static final long serialVersionUID = 1L;

    NoReplicaException(String reason) {
        super(reason, "08001");
    }
}
