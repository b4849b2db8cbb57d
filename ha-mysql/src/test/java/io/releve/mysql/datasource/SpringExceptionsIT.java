package io.releve.mysql.datasource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.releve.mysql.config.MySqlServers;
import io.releve.mysql.config.Tls;
import io.releve.mysql.testing.FakeActiveNodes;
import io.releve.mysql.testing.FaultyLink;
import io.releve.mysql.testing.FaultyLink.Fault;
import io.releve.mysql.testing.TestRing;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.TransactionTemplate;

/** What Spring makes of a FailoverDataSource's exceptions, on a real server behind a link that breaks. */
@Timeout(60)
class SpringExceptionsIT {

    @TempDir
    static Path directory;

    private static TestRing ring;

    private final FakeActiveNodes cluster = new FakeActiveNodes();
    private FaultyLink link;
    private FailoverDataSource dataSource;
    private JdbcTemplate jdbc;

    @BeforeAll
    static void startServers() throws SQLException {
        ring = new TestRing(directory, 2).start();
        ring.member(1).execute("CREATE TABLE note (id VARCHAR(60) PRIMARY KEY)");
    }

    @AfterAll
    static void stopServers() {
        ring.close();
    }

    @BeforeEach
    void connect() {
        link = new FaultyLink(ring.servers().all().get(0).port());
        cluster.say("serv1", 1);
        dataSource = FailoverDataSource.builder()
                .cluster(cluster)
                .follow("mysql")
                .servers(MySqlServers.builder()
                        .server("serv1", "127.0.0.1", link.port())
                        .server(
                                "serv2",
                                "127.0.0.1",
                                ring.servers().all().get(1).port())
                        .build())
                .database("expenses_db")
                .user("expenses")
                .password("app"::toCharArray)
                .tls(Tls.off())
                .connectionTimeout(Duration.ofSeconds(5))
                .build();
        jdbc = new JdbcTemplate(dataSource);
    }

    @AfterEach
    void disconnect() throws Exception {
        link.heal();
        dataSource.close();
        link.close();
    }

    private void insert(String id) {
        jdbc.update("INSERT INTO note VALUES (?)", id);
    }

    private TransactionTemplate transaction() {
        return new TransactionTemplate(new JdbcTransactionManager(dataSource));
    }

    @Test
    void shouldSayThatATransactionCanBeRunAgainThatSurelyDidNotHappen() {
        assertThatThrownBy(() -> transaction().executeWithoutResult(status -> {
                    link.fail(Fault.RESET_AFTER, "spring-1");
                    insert("spring-1");
                }))
                .isInstanceOf(RecoverableDataAccessException.class)
                .hasCauseInstanceOf(ConnectionReplacedException.class);
        transaction().executeWithoutResult(status -> insert("spring-1"));
    }

    @Test
    void shouldNotCallALostCommitRecoverable() {
        assertThatThrownBy(() -> transaction().executeWithoutResult(status -> {
                    insert("spring-2");
                    link.failCommit(Fault.RESET_AFTER);
                }))
                .isInstanceOf(DataAccessResourceFailureException.class)
                .hasCauseInstanceOf(CommitOutcomeUnknownException.class);
    }

    /** The older manager translates nothing that a commit throws. */
    @Test
    void shouldBeTheCauseOfWhatTheOlderTransactionManagerThrows() {
        TransactionTemplate older = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
        assertThatThrownBy(() -> older.executeWithoutResult(status -> {
                    insert("spring-3");
                    link.failCommit(Fault.RESET_AFTER);
                }))
                .isInstanceOf(TransactionSystemException.class)
                .hasCauseInstanceOf(CommitOutcomeUnknownException.class);
    }

    @Test
    void shouldNotCallALostStatementRecoverableThatCommitsByItself() {
        link.fail(Fault.RESET_AFTER, "spring-4");
        assertThatThrownBy(() -> insert("spring-4"))
                .isInstanceOf(DataAccessResourceFailureException.class)
                .hasCauseInstanceOf(CommitOutcomeUnknownException.class);
    }

    @Test
    void shouldSayThatThereIsNoActiveNode() throws Exception {
        cluster.sayNowhere();
        try (FailoverDataSource impatient = FailoverDataSource.builder()
                .cluster(cluster)
                .follow("mysql")
                .servers(ring.servers())
                .user("expenses")
                .password("app"::toCharArray)
                .tls(Tls.off())
                .connectionTimeout(Duration.ofMillis(250))
                .build()) {
            assertThatThrownBy(() -> new JdbcTemplate(impatient).execute("SELECT 1"))
                    .isInstanceOf(CannotGetJdbcConnectionException.class)
                    .hasCauseInstanceOf(NoActiveNodeException.class);
            TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(impatient));
            assertThatThrownBy(() -> transaction.executeWithoutResult(status -> {}))
                    .isInstanceOf(CannotCreateTransactionException.class)
                    .hasCauseInstanceOf(NoActiveNodeException.class);
        }
        assertThat(cluster.listeners()).isEqualTo(1);
    }
}
