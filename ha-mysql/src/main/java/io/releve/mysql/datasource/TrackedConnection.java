package io.releve.mysql.datasource;

import io.releve.mysql.config.JdbcDriver.CommitWatch;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * A physical connection that knows what the loss of it means: whether a transaction was open, and whether a commit was under way.
 * Made once per physical connection, below the pool, so that lending one costs nothing.
 *
 * <p>As with any connection, one thread uses it at a time; only {@link #abort} may come from another.
 */
class TrackedConnection extends ForwardingConnection {

    private final Connection delegate;
    private final Verdicts verdicts;

    /** Kept here, because a driver may not keep it. */
    private final CommitWatch commits;

    private boolean autoCommit;
    private boolean readOnly;

    /** Whether nothing was executed since the last commit or rollback. */
    private boolean ended = true;

    /**
     * Tracks a new connection.
     *
     * @param commits called after each commit
     * @throws SQLException if it does not say whether it commits by itself
     */
    TrackedConnection(Connection delegate, Verdicts verdicts, CommitWatch commits) throws SQLException {
        this.delegate = delegate;
        this.verdicts = verdicts;
        this.commits = commits;
        this.autoCommit = delegate.getAutoCommit();
    }

    @Override
    final Connection target() {
        return delegate;
    }

    /** What to throw when a statement failed. */
    final SQLException failed(SQLException failure, StatementKind kind) {
        return judge(failure, commits(kind));
    }

    private SQLException judge(SQLException failure, boolean committing) {
        return verdicts.on(failure, committing, readOnly, isGone());
    }

    /** A driver may tell of what it could not do any more, instead of the loss that came before. */
    final boolean isGone() {
        try {
            return delegate.isClosed();
        } catch (SQLException e) {
            return true;
        }
    }

    private boolean commits(StatementKind kind) {
        return autoCommit ? kind != StatementKind.READS : kind == StatementKind.MAY_COMMIT;
    }

    /** Whether anybody wants to know what is committed. */
    final boolean isWatched() {
        return commits != CommitWatch.NONE;
    }

    /** To be called before a statement is executed, if this is watched. */
    final void executes() {
        ended = false;
    }

    /** To be called when a statement has succeeded, likewise. */
    final void succeeded(StatementKind kind) throws SQLException {
        if (commits(kind)) {
            committed();
        }
    }

    /** A commit of which nobody can be told is as good as one whose answer was lost: readers would not wait for it. */
    private void committed() throws SQLException {
        try {
            commits.committed();
        } catch (SQLException e) {
            throw verdicts.onUnknownCommit(e, isGone());
        }
    }

    /** What to throw when anything else failed: nothing was committed by it. */
    @Override
    final SQLException failed(SQLException failure) {
        return judge(failure, false);
    }

    private <T extends Statement> T tracked(Class<T> type, T statement, @Nullable String sql) {
        return StatementTracker.track(type, statement, this, sql);
    }

    @Override
    public void commit() throws SQLException {
        try {
            delegate.commit();
        } catch (SQLException e) {
            throw judge(e, true);
        }
        ended = true;
        committed();
    }

    @Override
    public void rollback() throws SQLException {
        super.rollback();
        ended = true;
    }

    @Override
    public void setAutoCommit(boolean on) throws SQLException {
        // Switching it on commits what is open.
        boolean ends = on && !autoCommit;
        try {
            delegate.setAutoCommit(on);
            autoCommit = on;
        } catch (SQLException e) {
            throw judge(e, ends);
        }
        if (ends && !ended) {
            committed();
        }
        ended = true;
    }

    @Override
    public void setReadOnly(boolean on) throws SQLException {
        super.setReadOnly(on);
        readOnly = on;
    }

    @Override
    public Statement createStatement() throws SQLException {
        return tracked(Statement.class, super.createStatement(), null);
    }

    @Override
    public Statement createStatement(int type, int concurrency) throws SQLException {
        return tracked(Statement.class, super.createStatement(type, concurrency), null);
    }

    @Override
    public Statement createStatement(int type, int concurrency, int holdability) throws SQLException {
        return tracked(Statement.class, super.createStatement(type, concurrency, holdability), null);
    }

    @Override
    public PreparedStatement prepareStatement(String sql) throws SQLException {
        return tracked(PreparedStatement.class, super.prepareStatement(sql), sql);
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int keys) throws SQLException {
        return tracked(PreparedStatement.class, super.prepareStatement(sql, keys), sql);
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int[] columns) throws SQLException {
        return tracked(PreparedStatement.class, super.prepareStatement(sql, columns), sql);
    }

    @Override
    public PreparedStatement prepareStatement(String sql, String[] columns) throws SQLException {
        return tracked(PreparedStatement.class, super.prepareStatement(sql, columns), sql);
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int type, int concurrency) throws SQLException {
        return tracked(PreparedStatement.class, super.prepareStatement(sql, type, concurrency), sql);
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int type, int concurrency, int holdability)
            throws SQLException {
        return tracked(PreparedStatement.class, super.prepareStatement(sql, type, concurrency, holdability), sql);
    }

    @Override
    public CallableStatement prepareCall(String sql) throws SQLException {
        return tracked(CallableStatement.class, super.prepareCall(sql), sql);
    }

    @Override
    public CallableStatement prepareCall(String sql, int type, int concurrency) throws SQLException {
        return tracked(CallableStatement.class, super.prepareCall(sql, type, concurrency), sql);
    }

    @Override
    public CallableStatement prepareCall(String sql, int type, int concurrency, int holdability) throws SQLException {
        return tracked(CallableStatement.class, super.prepareCall(sql, type, concurrency, holdability), sql);
    }
}
