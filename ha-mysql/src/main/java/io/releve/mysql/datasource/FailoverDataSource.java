package io.releve.mysql.datasource;

import io.releve.status.ActiveNodes;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A DataSource whose connections lead to the server on the node where a resource is active, and follow it when it moves.
 *
 * <p>The cluster pushes each change; nothing is asked on the way of a {@code getConnection}, and while the coordinator is
 * out of reach the last known answer stays in use. During a change {@code getConnection} waits instead of failing. A new
 * physical connection is lent only after the server itself has said that it is the right one and takes writes.
 *
 * <p>Thread-safe. Close it to end its pools and threads.
 */
public final class FailoverDataSource extends ManagedDataSource implements AutoCloseable {

    private final DataSourceSettings settings;
    private final Pools pools;
    private final Succession succession;
    private final LastWrite lastWrite = new LastWrite();
    private final Lending lending;
    private final Optional<Readers> readers;

    /** Where connections come from that may lead to a reader; null if all lead to the primary. */
    private final RoutedConnection.@Nullable Source routed;

    private final Transactions transactions = new Transactions(this);

    FailoverDataSource(DataSourceSettings settings, ActiveNodes cluster) {
        this.settings = settings;
        this.pools = new Pools(settings);
        this.succession = new Succession(settings, cluster, pools, lastWrite);
        this.lending = new Lending(settings, succession);
        this.readers =
                settings.readers().map(policy -> new Readers(settings, pools, policy, cluster, succession, lending));
        this.routed = settings.routesReadOnly() ? readers.map(this::route).orElse(null) : null;
    }

    /** A builder with nothing set. */
    public static FailoverDataSourceBuilder builder() {
        return new FailoverDataSourceBuilder();
    }

    private RoutedConnection.Source route(Readers toReaders) {
        return new RoutedConnection.Source() {
            @Override
            public Connection ofPrimary() throws SQLException {
                return lending.lend();
            }

            @Override
            public Connection ofReader() throws SQLException {
                return toReaders.lend(lastWrite.token());
            }
        };
    }

    /**
     * A connection to the active node's server, or as {@link FailoverDataSourceBuilder#routeReadOnly} says.
     *
     * @throws NoActiveNodeException if there is none within the connection time-out
     * @throws SQLException if the server refuses the account or does not know the database
     */
    @Override
    public Connection getConnection() throws SQLException {
        RoutedConnection.Source source = routed;
        return source != null ? new RoutedConnection(source) : new LentConnection(lending.lend());
    }

    /**
     * A DataSource whose connections lead to replicas, for reading; closed with this one.
     *
     * @throws IllegalStateException if the builder was not given {@link FailoverDataSourceBuilder#readers}
     */
    public ReaderDataSource readers() {
        return new ReaderDataSource(settings, requireReaders(), lastWrite);
    }

    /**
     * The last transaction that was committed through this DataSource, by whatever connection: for readers elsewhere, which see
     * it and everything before it with {@link ReaderDataSource#after}. Known with the answer to the commit, at no cost.
     *
     * @return empty if nothing was committed yet
     * @throws IllegalStateException if the builder was not given {@link FailoverDataSourceBuilder#readers}
     */
    public Optional<WriteToken> lastWrite() {
        requireReaders();
        return lastWrite.token();
    }

    private Readers requireReaders() {
        return readers.orElseThrow(() -> new IllegalStateException("the DataSource of " + settings.resource()
                + " has no readers: say with the builder's readers(…) how far replicas may be behind"));
    }

    /**
     * Runs work in a transaction of its own, and again if the connection was lost and the work surely did not happen.
     *
     * <p>With a guarded policy the outcome of a COMMIT whose answer was lost is found out, also after a failover: a promoted
     * server has applied all that it had received before it takes writes. In a ring of servers that all take writes the guard
     * tells only what has arrived at the one that is active now.
     *
     * @param work does nothing but what goes through the connection; neither commits nor rolls back
     * @param policy how often, how long, and whether guarded
     * @return what the work returned the last time
     * @throws ConnectionReplacedException if it was run as often as allowed and did not happen
     * @throws CommitOutcomeUnknownException if it may have happened, and that was not guarded or could not be found out in time
     * @throws SQLException whatever the work or the commit failed with
     */
    public <T> T inTransaction(TransactionWork<T> work, RetryPolicy policy) throws SQLException {
        return transactions.run(work, policy);
    }

    String resource() {
        return settings.resource();
    }

    Succession succession() {
        return succession;
    }

    Pools pools() {
        return pools;
    }

    Optional<Readers> readersIfAny() {
        return readers;
    }

    @Override
    public void close() {
        readers.ifPresent(Readers::close);
        succession.close();
    }

    @Override
    public int getLoginTimeout() {
        return (int) settings.connectionTimeout().toSeconds();
    }
}
