package io.releve.mysql.datasource;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * A DataSource whose connections lead to replicas, for reading. Which servers are replicas the cluster tells; how far they are
 * behind is measured by what they have executed. Its connections never write: their sessions are read-only for as long as they
 * live, and {@code setReadOnly(false)} is refused (SQLState 25006).
 *
 * <p>Thread-safe. Closed with the {@link FailoverDataSource} that it is of.
 */
public final class ReaderDataSource extends ManagedDataSource {

    private final DataSourceSettings settings;
    private final Readers readers;

    ReaderDataSource(DataSourceSettings settings, Readers readers) {
        this.settings = settings;
        this.readers = readers;
    }

    /**
     * A connection to a replica within the bound of its {@link ReaderPolicy}, or to the primary if there is none and the policy
     * allows it. A replica whose connections are all in use is waited for; its load does not go to the primary.
     *
     * @throws NoReplicaException if there is none within the connection time-out and the primary must not serve
     * @throws NoActiveNodeException if there is none, and no primary either
     * @throws SQLException if a server refuses the account or does not know the database
     */
    @Override
    public Connection getConnection() throws SQLException {
        return readers.lend();
    }

    @Override
    public int getLoginTimeout() {
        return (int) settings.connectionTimeout().toSeconds();
    }
}
