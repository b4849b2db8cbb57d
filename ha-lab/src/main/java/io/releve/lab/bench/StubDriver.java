package io.releve.lab.bench;

import java.io.PrintWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.Driver;
import java.sql.DriverPropertyInfo;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A driver without a server, also as a DataSource, so that only what is above it costs time. It answers the few questions by which
 * pools and wrappers learn what they are connected to, as a MySQL server with server id 1 that takes writes, and says nothing
 * else. Thread-safe.
 */
public final class StubDriver implements Driver, DataSource {

    /** The URL of the server that it plays. */
    static final String URL = "jdbc:mysql://127.0.0.1:3306/shop";

    private static final String VERSION = "8.4.6";
    private static final String COMMENT = "MySQL Community Server - GPL";

    /** Made by name, too. */
    public StubDriver() {}

    @Override
    public Connection connect(String url, @Nullable Properties properties) {
        return make(Connection.class, new Session());
    }

    @Override
    public Connection getConnection() {
        return connect(URL, null);
    }

    @Override
    public Connection getConnection(String user, String password) {
        return connect(URL, null);
    }

    @Override
    public boolean acceptsURL(String url) {
        return true;
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, Properties properties) {
        return new DriverPropertyInfo[0];
    }

    @Override
    public int getMajorVersion() {
        return 1;
    }

    @Override
    public int getMinorVersion() {
        return 0;
    }

    @Override
    public boolean jdbcCompliant() {
        return false;
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) {}

    @Override
    public void setLoginTimeout(int seconds) {}

    @Override
    public int getLoginTimeout() {
        // A pool waits so long, at its end, for a connection that is just being opened.
        return 1;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("it logs nothing");
    }

    @Override
    public <T> T unwrap(Class<T> type) {
        return type.cast(this);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this);
    }

    private static <T> T make(Class<T> type, InvocationHandler answers) {
        return type.cast(Proxy.newProxyInstance(StubDriver.class.getClassLoader(), new Class<?>[] {type}, answers));
    }

    private static List<String> answerTo(String sql) {
        String question = sql.toUpperCase(Locale.ROOT);
        if (question.contains("CONCAT(VERSION()")) {
            return List.of(VERSION + " " + COMMENT);
        }
        if (question.contains("@@GLOBAL.SERVER_ID")) {
            return List.of("1", "3306", "1");
        }
        return question.contains("'VERSION_COMMENT'") ? List.of("version_comment", COMMENT) : List.of();
    }

    private static @Nullable Object nothing(Object proxy, Method method, Object @Nullable [] arguments) {
        Class<?> type = method.getReturnType();
        if (type == int.class) {
            return method.getName().equals("hashCode") ? System.identityHashCode(proxy) : 0;
        }
        if (type == long.class) {
            return 0L;
        }
        if (type == boolean.class) {
            return method.getName().equals("equals") && arguments != null && proxy == arguments[0];
        }
        return type == String.class ? "" : null;
    }

    /** A connection. What a pool asks of it on the way out and back costs one comparison. */
    private static final class Session implements InvocationHandler {

        private volatile boolean closed;
        private boolean autoCommit = true;

        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) {
            String name = method.getName();
            switch (name) {
                case "clearWarnings" -> {
                    return null;
                }
                case "isValid" -> {
                    return !closed;
                }
                case "isClosed" -> {
                    return closed;
                }
                case "close", "abort" -> {
                    closed = true;
                    return null;
                }
                case "getAutoCommit" -> {
                    return autoCommit;
                }
                case "setAutoCommit" -> {
                    autoCommit = arguments != null && Boolean.TRUE.equals(arguments[0]);
                    return null;
                }
                case "getTransactionIsolation" -> {
                    return Connection.TRANSACTION_REPEATABLE_READ;
                }
                case "getMetaData" -> {
                    return make(DatabaseMetaData.class, StubDriver::nothing);
                }
                case "createStatement" -> {
                    return make(Statement.class, StubDriver::execute);
                }
                case "prepareStatement" -> {
                    return make(PreparedStatement.class, StubDriver::nothing);
                }
                default -> {
                    return nothing(proxy, method, arguments);
                }
            }
        }
    }

    private static @Nullable Object execute(Object proxy, Method method, Object @Nullable [] arguments) {
        return method.getName().equals("executeQuery") && arguments != null
                ? make(ResultSet.class, new Answer(answerTo((String) arguments[0])))
                : nothing(proxy, method, arguments);
    }

    /** A result of one row, or of none. */
    private static final class Answer implements InvocationHandler {

        private final List<String> row;
        private final Iterator<List<String>> rows;

        private Answer(List<String> row) {
            this.row = row;
            this.rows = (row.isEmpty() ? List.<List<String>>of() : List.of(row)).iterator();
        }

        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) {
            switch (method.getName()) {
                case "next" -> {
                    boolean more = rows.hasNext();
                    if (more) {
                        rows.next();
                    }
                    return more;
                }
                case "getMetaData" -> {
                    return make(ResultSetMetaData.class, StubDriver::nothing);
                }
                case "getString" -> {
                    return column(arguments);
                }
                case "getInt" -> {
                    return Integer.parseInt(column(arguments));
                }
                case "getLong" -> {
                    return Long.parseLong(column(arguments));
                }
                default -> {
                    return nothing(proxy, method, arguments);
                }
            }
        }

        private String column(Object @Nullable [] arguments) {
            return arguments != null && arguments[0] instanceof Integer number ? row.get(number - 1) : "";
        }
    }
}
