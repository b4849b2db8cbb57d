package io.releve.mysql.datasource;

import java.sql.SQLNonTransientConnectionException;

/**
 * The connection was lost while a COMMIT was under way, or a statement that commits by itself: it may have taken effect or not.
 * Do not simply run the work again. {@link FailoverDataSource#inTransaction} finds out, if it guards the transaction. SQLState
 * 08007.
 */
public final class CommitOutcomeUnknownException extends SQLNonTransientConnectionException {

    private static final long serialVersionUID = 1L;

    CommitOutcomeUnknownException(String reason, int vendorCode, Throwable cause) {
        super(reason, "08007", vendorCode, cause);
    }
}
