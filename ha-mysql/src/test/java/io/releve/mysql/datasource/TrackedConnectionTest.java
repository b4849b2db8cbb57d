package io.releve.mysql.datasource;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How often a connection whose driver does not tell is asked what it has committed: each time costs a round trip. */
class TrackedConnectionTest {

    private final AtomicInteger asked = new AtomicInteger();
    private TrackedConnection connection;

    @BeforeEach
    void track() throws SQLException {
        Statement statement = answering(Statement.class, null);
        connection = new TrackedConnection(
                answering(Connection.class, statement),
                Verdicts.ofWriter("serv1", () -> {}, () -> {}),
                asked::incrementAndGet);
    }

    private static <T> T answering(Class<T> type, Statement statement) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> switch (method.getName()) {
                    case "createStatement" -> statement;
                    case "getAutoCommit" -> true;
                    case "executeBatch" -> new int[0];
                    default ->
                        method.getReturnType() == boolean.class
                                ? (Object) false
                                : method.getReturnType() == int.class ? 0 : null;
                }));
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void shouldAskAfterEachWriteThatCommitsByItself() throws SQLException {
        execute("SELECT 1");
        assertThat(asked).hasValue(0);
        execute("INSERT INTO note VALUES (1)");
        assertThat(asked).hasValue(1);
        try (Statement statement = connection.createStatement()) {
            statement.addBatch("INSERT INTO note VALUES (2)");
            statement.addBatch("INSERT INTO note VALUES (3)");
            statement.executeBatch();
            statement.addBatch("SELECT 1");
            statement.executeBatch();
        }
        assertThat(asked)
                .as("once for a batch, and not for one that only reads")
                .hasValue(2);
    }

    @Test
    void shouldAskOncePerTransaction() throws SQLException {
        connection.setAutoCommit(false);
        execute("INSERT INTO note VALUES (1)");
        execute("UPDATE note SET id = 2");
        assertThat(asked).hasValue(0);
        connection.commit();
        assertThat(asked).hasValue(1);
        // As a pool does when the connection is given back.
        connection.setAutoCommit(true);
        assertThat(asked).hasValue(1);
    }

    @Test
    void shouldAskWhenSwitchingAutoCommitOnCommits() throws SQLException {
        connection.setAutoCommit(false);
        execute("INSERT INTO note VALUES (1)");
        connection.rollback();
        connection.setAutoCommit(true);
        assertThat(asked).hasValue(0);

        connection.setAutoCommit(false);
        execute("INSERT INTO note VALUES (1)");
        connection.setAutoCommit(true);
        assertThat(asked).hasValue(1);
    }

    @Test
    void shouldAskAfterAStatementThatCommitsImplicitly() throws SQLException {
        connection.setAutoCommit(false);
        execute("INSERT INTO note VALUES (1)");
        execute("CREATE TABLE other (id INT)");
        assertThat(asked).hasValue(1);
    }
}
