package io.releve.mysql.config;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A connection of MariaDB Connector/J that can be aborted at once. The driver's own {@code abort} opens a second connection to the
 * server, for {@code KILL}, when a statement is under way: to a server that is gone it waits for the connect time-out, and the
 * statement with it.
 */
final class MariaDbConnection implements InvocationHandler {

    private final Connection delegate;
    private final Socket socket;
    private volatile boolean aborted;

    private MariaDbConnection(Connection delegate, Socket socket) {
        this.delegate = delegate;
        this.socket = socket;
    }

    /**
     * Wraps a new connection.
     *
     * @param socket that it goes over
     * @throws SQLException if that is not known
     */
    static Connection of(Connection delegate, @Nullable Socket socket) throws SQLException {
        if (socket == null) {
            delegate.close();
            throw new SQLException(
                    "this version of MariaDB Connector/J does not use the property socketFactory; take another version 3"
                            + " of it, or MySQL Connector/J",
                    "08001");
        }
        return (Connection) Proxy.newProxyInstance(
                MariaDbConnection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                new MariaDbConnection(delegate, socket));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        switch (method.getName()) {
            case "abort" -> {
                abort();
                return null;
            }
            case "isClosed" -> {
                return aborted || delegate.isClosed();
            }
            case "equals" -> {
                return arguments != null && proxy == arguments[0];
            }
            case "hashCode" -> {
                return System.identityHashCode(proxy);
            }
            default -> {
                try {
                    return method.invoke(delegate, arguments);
                } catch (InvocationTargetException wrapped) {
                    throw wrapped.getCause();
                }
            }
        }
    }

    /** Whoever waits for an answer gets an exception of SQLState 08000 now; the next call does, if nobody waits. */
    private void abort() throws SQLException {
        aborted = true;
        try {
            socket.close();
        } catch (IOException e) {
            throw new SQLException("the connection could not be aborted: " + e.getMessage(), "08000", e);
        }
    }
}
