package io.releve.mysql.server;

import io.releve.mysql.binlog.BinlogFile;
import io.releve.mysql.binlog.BinlogTransaction;
import io.releve.mysql.binlog.KnownColumn;
import io.releve.mysql.replication.Dialect;
import io.releve.mysql.replication.GtidSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Transactions that one server has and the primary's history lacks, with what they changed row by row: what people need to
 * decide whether to enter them again on the primary, before the server is rebuilt. Immutable.
 *
 * <p>Read from the server's binary log files, so it is made on the server's own host. The files are copied aside, so that
 * nothing is lost when the server is rebuilt.
 *
 * @param server whose transactions
 * @param made when
 * @param transactions what was found, in the order of the log
 * @param missing what should have been found and was not: its log file is gone, or could not be read
 * @param files the copied files of the binary log
 * @param remarks what stood in the way
 */
public record ErrantReport(
        String server,
        Instant made,
        List<BinlogTransaction> transactions,
        Optional<GtidSet> missing,
        List<Path> files,
        List<String> remarks) {

    public ErrantReport {
        transactions = List.copyOf(transactions);
        files = List.copyOf(files);
        remarks = List.copyOf(remarks);
    }

    /**
     * Looks through all binary log files of a server and copies those with such transactions, and the report itself as
     * {@code errant.txt}, into a directory. Both hold data of the application: only this process's user can read them.
     *
     * @param server what to call the server
     * @param administrator a connection to it with all rights
     * @param isErrant whether the primary's history lacks a transaction
     * @param expected all of them, if known as a set, to tell which were not found
     * @param directory where to; made if it is not there
     * @throws SQLException if the server cannot be asked
     * @throws IOException if the directory cannot be written
     */
    public static ErrantReport make(
            String server,
            Connection administrator,
            Predicate<GtidSet> isErrant,
            Optional<GtidSet> expected,
            Path directory)
            throws SQLException, IOException {
        Dialect dialect = Dialect.of(administrator);
        Columns columns = new Columns(administrator);
        List<BinlogTransaction> found = new ArrayList<>();
        List<Path> copies = new ArrayList<>();
        List<String> remarks = new ArrayList<>();
        Files.createDirectories(directory);
        for (Path file : binaryLogs(administrator)) {
            int before = found.size();
            try {
                new BinlogFile(file, columns::of).read(gtid -> isErrant.test(dialect.parseGtids(gtid)), found::add);
            } catch (IOException e) {
                remarks.add(file + " could not be read: " + e.getMessage()
                        + "; look into it with mysqlbinlog or mariadb-binlog");
                continue;
            }
            if (found.size() > before) {
                copies.add(copy(file, directory));
            }
        }
        Optional<GtidSet> missing = expected.map(set -> {
                    GtidSet rest = set;
                    for (BinlogTransaction transaction : found) {
                        rest = rest.minus(dialect.parseGtids(transaction.gtid()));
                    }
                    return rest;
                })
                .filter(set -> !set.isEmpty());
        ErrantReport report = new ErrantReport(server, Instant.now(), found, missing, copies, remarks);
        InstanceFiles.write(directory.resolve("errant.txt"), report.text());
        return report;
    }

    private static List<Path> binaryLogs(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            Path base;
            try (ResultSet row = statement.executeQuery("SELECT @@global.log_bin_basename, @@global.datadir")) {
                row.next();
                Path data = Path.of(row.getString(2));
                base = data.resolve(Optional.ofNullable(row.getString(1)).orElse("binlog"));
            }
            List<Path> files = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery("SHOW BINARY LOGS")) {
                while (rows.next()) {
                    files.add(base.resolveSibling(rows.getString(1)));
                }
            }
            return files;
        }
    }

    private static Path copy(Path file, Path directory) throws IOException {
        Path target = directory.resolve(String.valueOf(file.getFileName()));
        Path draft = directory.resolve(file.getFileName() + ".new");
        Files.deleteIfExists(draft);
        Files.createFile(draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (var to = Files.newOutputStream(draft)) {
            Files.copy(file, to);
        }
        return Files.move(draft, target, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    /** What the tables' columns are now. */
    private static final class Columns {

        private final Connection connection;
        private final Map<String, List<KnownColumn>> known = new HashMap<>();

        Columns(Connection connection) {
            this.connection = connection;
        }

        List<KnownColumn> of(String table) {
            return known.computeIfAbsent(table, this::ask);
        }

        private List<KnownColumn> ask(String table) {
            int dot = table.indexOf('.');
            try (PreparedStatement statement = connection.prepareStatement(
                    "SELECT COLUMN_NAME, COLUMN_TYPE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?"
                            + " ORDER BY ORDINAL_POSITION")) {
                statement.setString(1, table.substring(0, dot));
                statement.setString(2, table.substring(dot + 1));
                try (ResultSet rows = statement.executeQuery()) {
                    List<KnownColumn> columns = new ArrayList<>();
                    while (rows.next()) {
                        columns.add(new KnownColumn(
                                rows.getString(1), rows.getString(2).contains("unsigned")));
                    }
                    return columns;
                }
            } catch (SQLException e) {
                // Then they are numbered.
                return List.of();
            }
        }
    }

    /** The report for people. */
    public String text() {
        StringBuilder text = new StringBuilder("Transactions of server ")
                .append(server)
                .append(" that the primary's history lacks, as of ")
                .append(made)
                .append(": ")
                .append(transactions.size())
                .append('\n');
        for (BinlogTransaction transaction : transactions) {
            text.append('\n')
                    .append(transaction.gtid())
                    .append(" at ")
                    .append(transaction.time())
                    .append(", ");
            text.append(transaction.file())
                    .append(" position ")
                    .append(transaction.position())
                    .append('\n');
            transaction
                    .statements()
                    .forEach(sql -> text.append("  ").append(sql).append('\n'));
            transaction
                    .changes()
                    .forEach(change -> text.append("  ").append(change).append('\n'));
            transaction
                    .remarks()
                    .forEach(remark ->
                            text.append("  not shown: ").append(remark).append('\n'));
        }
        missing.ifPresent(set -> text.append("\nnot found in the server's binary log: ")
                .append(set)
                .append('\n'));
        remarks.forEach(remark -> text.append("\n").append(remark).append('\n'));
        text.append("\ncopied aside: ")
                .append(files.isEmpty() ? "nothing" : files)
                .append('\n');
        return text.toString();
    }

    /** One sentence: how many transactions, in which tables, and where to read more. */
    @Override
    public String toString() {
        List<String> tables = transactions.stream()
                .flatMap(transaction -> transaction.changes().stream())
                .map(BinlogTransaction.RowChange::table)
                .distinct()
                .toList();
        return transactions.size() + " transactions of " + server + " that the primary lacks, in " + tables
                + ", copied to " + files
                + missing.map(set -> "; not found in its log: " + set).orElse("");
    }
}
