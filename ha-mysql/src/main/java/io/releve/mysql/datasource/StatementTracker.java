package io.releve.mysql.datasource;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * A statement whose failures are judged by what the statement was. A reflective call costs a fraction of a microsecond, a
 * statement's way to the server and back some hundred.
 */
final class StatementTracker implements InvocationHandler {

    private final Statement delegate;
    private final TrackedConnection connection;
    private final @Nullable StatementKind prepared;

    /** The worst kind that waits in the batch. */
    private @Nullable StatementKind batched;

    private StatementTracker(Statement delegate, TrackedConnection connection, @Nullable StatementKind prepared) {
        this.delegate = delegate;
        this.connection = connection;
        this.prepared = prepared;
    }

    /**
     * Tracks a new statement.
     *
     * @param sql its text if it is prepared
     */
    static <T extends Statement> T track(
            Class<T> type, T statement, TrackedConnection connection, @Nullable String sql) {
        StatementKind kind = sql == null ? null : StatementKind.of(sql);
        return type.cast(Proxy.newProxyInstance(
                StatementTracker.class.getClassLoader(),
                new Class<?>[] {type},
                new StatementTracker(statement, connection, kind)));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        String name = method.getName();
        switch (name) {
            case "getConnection" -> {
                return connection;
            }
            case "equals" -> {
                return arguments != null && proxy == arguments[0];
            }
            case "hashCode" -> {
                return System.identityHashCode(proxy);
            }
            case "unwrap" -> {
                return unwrap(proxy, arguments);
            }
            case "addBatch" -> note(kindOf(arguments));
            case "clearBatch" -> batched = null;
            default -> {
                // Only its failure is of interest.
            }
        }
        boolean watched = name.startsWith("execute") && connection.isWatched();
        if (watched) {
            connection.executes();
        }
        Object result;
        try {
            result = method.invoke(delegate, arguments);
        } catch (InvocationTargetException wrapped) {
            if (name.equals("close") && connection.isGone()) {
                // It went with the session; whoever has heard of the loss already must be able to tidy up.
                return null;
            }
            throw wrapped.getCause() instanceof SQLException failure
                    ? judge(name, failure, arguments)
                    : wrapped.getCause();
        }
        if (watched) {
            connection.succeeded(kindOfExecuted(name, arguments));
        }
        return result;
    }

    private @Nullable Object unwrap(Object proxy, Object @Nullable [] arguments) throws SQLException {
        Class<?> type = arguments == null ? Statement.class : (Class<?>) arguments[0];
        return type.isInstance(proxy) ? proxy : delegate.unwrap(type);
    }

    private SQLException judge(String method, SQLException failure, Object @Nullable [] arguments) {
        if (!method.startsWith("execute")) {
            return connection.failed(failure);
        }
        return connection.failed(failure, kindOfExecuted(method, arguments));
    }

    private StatementKind kindOfExecuted(String method, Object @Nullable [] arguments) {
        if (!method.endsWith("Batch")) {
            return kindOf(arguments);
        }
        StatementKind batch = batched;
        batched = null;
        return batch == null ? StatementKind.MAY_COMMIT : batch;
    }

    private StatementKind kindOf(Object @Nullable [] arguments) {
        if (arguments != null && arguments.length > 0 && arguments[0] instanceof String sql) {
            return StatementKind.of(sql);
        }
        return prepared == null ? StatementKind.MAY_COMMIT : prepared;
    }

    private void note(StatementKind kind) {
        StatementKind before = batched;
        batched = before == null || kind.compareTo(before) > 0 ? kind : before;
    }
}
