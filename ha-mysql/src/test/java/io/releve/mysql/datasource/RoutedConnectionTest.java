package io.releve.mysql.datasource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoutedConnectionTest {

    private final List<String> calls = new ArrayList<>();

    private final RoutedConnection connection = new RoutedConnection(new RoutedConnection.Source() {
        @Override
        public Connection ofPrimary() {
            return recording("primary");
        }

        @Override
        public Connection ofReader() {
            return recording("reader");
        }
    });

    /** Notes what is called on it, and answers with nothing. */
    private Connection recording(String name) {
        calls.add("take " + name);
        return (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    calls.add(name + "." + method.getName() + (arguments == null ? "" : List.of(arguments)));
                    return method.getReturnType() == boolean.class ? Boolean.FALSE : null;
                });
    }

    @Test
    void shouldGoToThePrimaryUnlessToldOtherwise() throws SQLException {
        connection.setAutoCommit(false);
        connection.createStatement();
        connection.commit();
        connection.close();

        assertThat(calls)
                .containsExactly(
                        "take primary",
                        "primary.setAutoCommit[false]",
                        "primary.createStatement",
                        "primary.commit",
                        "primary.close");
    }

    @Test
    void shouldTakeNothingUntilSomethingIsExecuted() throws SQLException {
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        connection.commit();
        connection.rollback();
        assertThat(connection.isReadOnly()).isTrue();
        assertThat(connection.getAutoCommit()).isFalse();
        connection.close();

        assertThat(calls).isEmpty();
        assertThat(connection.isClosed()).isTrue();
        assertThatThrownBy(connection::createStatement)
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void shouldGoToAReaderThatIsSetAsItWasAskedToBe() throws SQLException {
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        connection.setAutoCommit(false);
        connection.setReadOnly(true);
        connection.prepareStatement("SELECT 1");

        assertThat(calls)
                .containsExactly(
                        "take reader",
                        "reader.setAutoCommit[false]",
                        "reader.setTransactionIsolation[2]",
                        "reader.prepareStatement[SELECT 1]");
    }

    @Test
    void shouldStayWithThePrimaryOnceItWasUsed() throws SQLException {
        connection.createStatement();
        connection.setReadOnly(true);
        connection.createStatement();

        assertThat(calls)
                .containsExactly(
                        "take primary",
                        "primary.createStatement",
                        "primary.setReadOnly[true]",
                        "primary.createStatement");
    }

    /** As Spring does at the end of a read-only transaction. */
    @Test
    void shouldGiveAReadersConnectionBackWhenItIsToWriteAgain() throws SQLException {
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        connection.createStatement();
        connection.commit();
        connection.setAutoCommit(true);
        connection.setReadOnly(false);
        assertThat(calls).endsWith("reader.close");
        connection.createStatement();

        assertThat(calls).endsWith("take primary", "primary.createStatement");
    }

    @Test
    void shouldNotLeaveAReaderInTheMiddleOfATransaction() throws SQLException {
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        connection.createStatement();

        assertThatThrownBy(() -> connection.setReadOnly(false))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("25001"));
        assertThat(connection.isReadOnly()).isTrue();
    }
}
