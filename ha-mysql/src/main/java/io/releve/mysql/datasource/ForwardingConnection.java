package io.releve.mysql.datasource;

import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.NClob;
import java.sql.PreparedStatement;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.SQLXML;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Struct;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Passes every call on to another connection; a subclass says to which, what a failure means, and what it does differently. */
abstract class ForwardingConnection implements Connection {

    /** Who answers the next call. */
    abstract Connection target() throws SQLException;

    /** What to throw when a call failed. */
    SQLException failed(SQLException failure) {
        return failure;
    }

    /** A call that answers. */
    @FunctionalInterface
    interface Question<T> {
        T askOf(Connection connection) throws SQLException;
    }

    /** A call that does not answer. */
    @FunctionalInterface
    interface Request {
        void makeOf(Connection connection) throws SQLException;
    }

    private <T> T ask(Question<T> question) throws SQLException {
        try {
            return question.askOf(target());
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private void request(Request request) throws SQLException {
        try {
            request.makeOf(target());
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public Statement createStatement() throws SQLException {
        return ask(Connection::createStatement);
    }

    @Override
    public Statement createStatement(int type, int concurrency) throws SQLException {
        return ask(connection -> connection.createStatement(type, concurrency));
    }

    @Override
    public Statement createStatement(int type, int concurrency, int holdability) throws SQLException {
        return ask(connection -> connection.createStatement(type, concurrency, holdability));
    }

    @Override
    public PreparedStatement prepareStatement(String sql) throws SQLException {
        return ask(connection -> connection.prepareStatement(sql));
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int keys) throws SQLException {
        return ask(connection -> connection.prepareStatement(sql, keys));
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int[] columns) throws SQLException {
        return ask(connection -> connection.prepareStatement(sql, columns));
    }

    @Override
    public PreparedStatement prepareStatement(String sql, String[] columns) throws SQLException {
        return ask(connection -> connection.prepareStatement(sql, columns));
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int type, int concurrency) throws SQLException {
        return ask(connection -> connection.prepareStatement(sql, type, concurrency));
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int type, int concurrency, int holdability)
            throws SQLException {
        return ask(connection -> connection.prepareStatement(sql, type, concurrency, holdability));
    }

    @Override
    public CallableStatement prepareCall(String sql) throws SQLException {
        return ask(connection -> connection.prepareCall(sql));
    }

    @Override
    public CallableStatement prepareCall(String sql, int type, int concurrency) throws SQLException {
        return ask(connection -> connection.prepareCall(sql, type, concurrency));
    }

    @Override
    public CallableStatement prepareCall(String sql, int type, int concurrency, int holdability) throws SQLException {
        return ask(connection -> connection.prepareCall(sql, type, concurrency, holdability));
    }

    @Override
    public void commit() throws SQLException {
        request(Connection::commit);
    }

    @Override
    public void rollback() throws SQLException {
        request(Connection::rollback);
    }

    @Override
    public void rollback(Savepoint savepoint) throws SQLException {
        request(connection -> connection.rollback(savepoint));
    }

    @Override
    public Savepoint setSavepoint() throws SQLException {
        return ask(Connection::setSavepoint);
    }

    @Override
    public Savepoint setSavepoint(String name) throws SQLException {
        return ask(connection -> connection.setSavepoint(name));
    }

    @Override
    public void releaseSavepoint(Savepoint savepoint) throws SQLException {
        request(connection -> connection.releaseSavepoint(savepoint));
    }

    @Override
    public void setAutoCommit(boolean on) throws SQLException {
        request(connection -> connection.setAutoCommit(on));
    }

    @Override
    public boolean getAutoCommit() throws SQLException {
        return ask(Connection::getAutoCommit);
    }

    @Override
    public void setReadOnly(boolean on) throws SQLException {
        request(connection -> connection.setReadOnly(on));
    }

    @Override
    public boolean isReadOnly() throws SQLException {
        return ask(Connection::isReadOnly);
    }

    @Override
    public void setTransactionIsolation(int level) throws SQLException {
        request(connection -> connection.setTransactionIsolation(level));
    }

    @Override
    public int getTransactionIsolation() throws SQLException {
        return ask(Connection::getTransactionIsolation);
    }

    @Override
    public void setHoldability(int holdability) throws SQLException {
        request(connection -> connection.setHoldability(holdability));
    }

    @Override
    public int getHoldability() throws SQLException {
        return ask(Connection::getHoldability);
    }

    @Override
    public void setCatalog(String catalog) throws SQLException {
        request(connection -> connection.setCatalog(catalog));
    }

    @Override
    public String getCatalog() throws SQLException {
        return ask(Connection::getCatalog);
    }

    @Override
    public void setSchema(String schema) throws SQLException {
        request(connection -> connection.setSchema(schema));
    }

    @Override
    public String getSchema() throws SQLException {
        return ask(Connection::getSchema);
    }

    @Override
    public void setTypeMap(Map<String, Class<?>> map) throws SQLException {
        request(connection -> connection.setTypeMap(map));
    }

    @Override
    public Map<String, Class<?>> getTypeMap() throws SQLException {
        return ask(Connection::getTypeMap);
    }

    @Override
    public void setNetworkTimeout(Executor executor, int millis) throws SQLException {
        request(connection -> connection.setNetworkTimeout(executor, millis));
    }

    @Override
    public int getNetworkTimeout() throws SQLException {
        return ask(Connection::getNetworkTimeout);
    }

    @Override
    public DatabaseMetaData getMetaData() throws SQLException {
        return ask(Connection::getMetaData);
    }

    @Override
    public @Nullable SQLWarning getWarnings() throws SQLException {
        return ask(Connection::getWarnings);
    }

    @Override
    public void clearWarnings() throws SQLException {
        request(Connection::clearWarnings);
    }

    @Override
    public String nativeSQL(String sql) throws SQLException {
        return ask(connection -> connection.nativeSQL(sql));
    }

    @Override
    public String getClientInfo(String name) throws SQLException {
        return ask(connection -> connection.getClientInfo(name));
    }

    @Override
    public Properties getClientInfo() throws SQLException {
        return ask(Connection::getClientInfo);
    }

    @Override
    public Clob createClob() throws SQLException {
        return ask(Connection::createClob);
    }

    @Override
    public Blob createBlob() throws SQLException {
        return ask(Connection::createBlob);
    }

    @Override
    public NClob createNClob() throws SQLException {
        return ask(Connection::createNClob);
    }

    @Override
    public SQLXML createSQLXML() throws SQLException {
        return ask(Connection::createSQLXML);
    }

    @Override
    public Array createArrayOf(String type, Object[] elements) throws SQLException {
        return ask(connection -> connection.createArrayOf(type, elements));
    }

    @Override
    public Struct createStruct(String type, Object[] attributes) throws SQLException {
        return ask(connection -> connection.createStruct(type, attributes));
    }

    @Override
    public boolean isClosed() throws SQLException {
        return target().isClosed();
    }

    @Override
    public boolean isValid(int seconds) throws SQLException {
        return target().isValid(seconds);
    }

    @Override
    public void abort(Executor executor) throws SQLException {
        target().abort(executor);
    }

    @Override
    public void close() throws SQLException {
        target().close();
    }

    @Override
    public void setClientInfo(String name, String value) throws SQLClientInfoException {
        targetOfClientInfo().setClientInfo(name, value);
    }

    @Override
    public void setClientInfo(Properties properties) throws SQLClientInfoException {
        targetOfClientInfo().setClientInfo(properties);
    }

    private Connection targetOfClientInfo() throws SQLClientInfoException {
        try {
            return target();
        } catch (SQLException e) {
            throw new SQLClientInfoException(e.getMessage(), e.getSQLState(), e.getErrorCode(), Map.of(), e);
        }
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return type.isInstance(this) ? type.cast(this) : target().unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return type.isInstance(this) || target().isWrapperFor(type);
    }
}
