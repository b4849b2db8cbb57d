package io.releve.mysql.datasource;

import java.sql.SQLTransientConnectionException;

/**
 * No connection to the active node could be had within the time given: nothing was executed, and trying again later makes
 * sense. The message says what is known of the resource and how long was waited. SQLState 08001.
 */
public final class NoActiveNodeException extends SQLTransientConnectionException {

    private static final long serialVersionUID = 1L;

    NoActiveNodeException(String reason) {
        super(reason, "08001");
    }
}
