package io.releve.mysql.datasource;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Supplier;

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
    private final LastWrite lastWrite;
    private final Supplier<Optional<WriteToken>> mustSee;

    ReaderDataSource(DataSourceSettings settings, Readers readers, LastWrite lastWrite) {
        this(settings, readers, lastWrite, Optional::empty);
    }

    private ReaderDataSource(
            DataSourceSettings settings, Readers readers, LastWrite lastWrite, Supplier<Optional<WriteToken>> mustSee) {
        this.settings = settings;
        this.readers = readers;
        this.lastWrite = lastWrite;
        this.mustSee = mustSee;
    }

    /**
     * The same DataSource, whose connections see everything that was committed through the {@link FailoverDataSource} before they
     * are asked for. A replica that does not have it yet is waited for, as long as {@link ReaderPolicy#writeWait} allows; then
     * the primary serves.
     */
    public ReaderDataSource afterOwnWrites() {
        return new ReaderDataSource(settings, readers, lastWrite, lastWrite::token);
    }

    /**
     * Likewise after a write of somebody else: another JVM, which has sent its {@link FailoverDataSource#lastWrite()}.
     *
     * @param write what connections must see
     */
    public ReaderDataSource after(WriteToken write) {
        return new ReaderDataSource(settings, readers, lastWrite, () -> Optional.of(write));
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
        return new LentConnection(readers.lend(mustSee.get()));
    }

    @Override
    public int getLoginTimeout() {
        return (int) settings.connectionTimeout().toSeconds();
    }
}
