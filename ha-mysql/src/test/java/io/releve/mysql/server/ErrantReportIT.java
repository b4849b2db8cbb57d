package io.releve.mysql.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.mysql.binlog.BinlogTransaction;
import io.releve.mysql.binlog.BinlogTransaction.Kind;
import io.releve.mysql.binlog.BinlogTransaction.RowChange;
import io.releve.mysql.replication.GtidSet;
import io.releve.mysql.replication.ReplicationLink;
import io.releve.mysql.testing.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ErrantReportIT {

    @TempDir
    Path directory;

    @Test
    void shouldShowWhatThePrimaryLacksRowByRow() throws Exception {
        try (TestServer server = TestServer.start(directory.resolve("server"), "--binlog-format=ROW");
                Connection connection = server.administer()) {
            server.administer(
                    "CREATE TABLE expenses_db.expense (id INT UNSIGNED PRIMARY KEY, big BIGINT, small SMALLINT, tiny TINYINT,"
                            + " medium MEDIUMINT, amount DECIMAL(12,3), what VARCHAR(300) CHARACTER SET utf8mb4, code CHAR(3),"
                            + " at DATETIME(3), on_day DATE, took TIME(2), stamp TIMESTAMP NULL, y YEAR, kind ENUM('a','b'),"
                            + " flags SET('x','y','z'), bits BIT(10), ratio DOUBLE, part FLOAT, note TEXT, raw_data VARBINARY(20))",
                    "INSERT INTO expenses_db.expense (id) VALUES (1)",
                    "FLUSH BINARY LOGS");
            GtidSet history = ReplicationLink.executed(connection);
            server.administer(
                    "SET SESSION time_zone='+00:00'",
                    "INSERT INTO expenses_db.expense VALUES (4000000000, -9000000000000000000, -32768, -1, -8388608,"
                            + " -123456789.012, 'dîner d''équipe', 'EUR', '2026-11-22 21:00:01.250', '2026-11-22', '-12:34:56.78',"
                            + " NULL, 2026, 'b', 'x,z', b'1000000001', 0.5, -1.25, 'a\\nb', x'00ff')");
            try (Connection more = server.administer();
                    var statement = more.createStatement()) {
                statement.execute("SET SESSION time_zone='+00:00'");
                more.setAutoCommit(false);
                statement.execute(
                        "UPDATE expenses_db.expense SET amount = 7.5, stamp = '2026-01-02 03:04:05' WHERE id = 1");
                statement.execute("DELETE FROM expenses_db.expense WHERE id = 4000000000");
                more.commit();
            }
            server.administer("CREATE TABLE expenses_db.later (id INT PRIMARY KEY)");
            GtidSet all = ReplicationLink.executed(connection);

            ErrantReport report = ErrantReport.make(
                    "serv1",
                    connection,
                    gtid -> !history.contains(gtid),
                    Optional.of(all.minus(history)),
                    directory.resolve("kept"));

            assertThat(report.transactions()).hasSize(3);
            assertThat(report.remarks()).isEmpty();
            assertThat(report.transactions())
                    .allMatch(transaction -> transaction.remarks().isEmpty());
            RowChange insert = report.transactions().get(0).changes().get(0);
            assertThat(insert)
                    .hasToString(
                            "INSERT expenses_db.expense [id=4000000000, big=-9000000000000000000, small=-32768, tiny=-1,"
                                    + " medium=-8388608, amount=-123456789.012, what='dîner d\\'équipe', code='EUR', at='2026-11-22"
                                    + " 21:00:01.250', on_day='2026-11-22', took='-12:34:56.78', stamp=NULL, y=2026, kind=2,"
                                    + " flags=b'101', bits=b'1000000001', ratio=0.5, part=-1.25, note='a\\nb', raw_data=0x00ff]");
            List<RowChange> second = report.transactions().get(1).changes();
            assertThat(second).extracting(RowChange::kind).containsExactly(Kind.UPDATE, Kind.DELETE);
            assertThat(second.get(0).before()).anyMatch(cell -> cell.toString().equals("amount=NULL"));
            assertThat(second.get(0).after())
                    .anyMatch(cell -> cell.toString().equals("amount=7.500"))
                    .anyMatch(cell -> cell.toString().contains("2026-01-02T03:04:05"));
            assertThat(report.transactions().get(2).statements())
                    .anyMatch(sql -> sql.contains("CREATE TABLE expenses_db.later"));
            assertThat(report.missing()).isEmpty();

            assertThat(report.files()).hasSize(1);
            Path text = directory.resolve("kept/errant.txt");
            assertThat(text)
                    .content()
                    .contains("dîner", report.transactions().get(0).gtid());
            for (Path file : List.of(text, report.files().get(0))) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------");
            }
        }
    }

    @Test
    void shouldSayWhatTheLogDoesNotHaveAnyMore() throws Exception {
        try (TestServer server = TestServer.start(directory.resolve("server"));
                Connection connection = server.administer()) {
            GtidSet history = ReplicationLink.executed(connection);
            server.administer("CREATE TABLE expenses_db.t (id INT PRIMARY KEY)", "FLUSH BINARY LOGS");
            GtidSet errant = ReplicationLink.executed(connection).minus(history);
            server.administer("PURGE BINARY LOGS TO '" + last(connection) + "'");

            ErrantReport report = ErrantReport.make(
                    "serv1",
                    connection,
                    gtid -> !history.contains(gtid),
                    Optional.of(errant),
                    directory.resolve("kept"));

            assertThat(report.transactions())
                    .extracting(BinlogTransaction::gtid)
                    .isEmpty();
            assertThat(report.missing()).contains(errant);
            assertThat(report.text()).contains("not found in the server's binary log: " + errant);
        }
    }

    private static String last(Connection connection) throws Exception {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SHOW BINARY LOGS")) {
            String name = "";
            while (rows.next()) {
                name = rows.getString(1);
            }
            return name;
        }
    }
}
