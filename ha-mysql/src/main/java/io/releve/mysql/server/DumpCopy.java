package io.releve.mysql.server;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.config.ServerLogin;
import io.releve.mysql.config.Tls;
import io.releve.mysql.replication.GtidSet;
import io.releve.mysql.replication.ReplicationLink;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * MariaDB: all databases of the other server, as {@code mariadb-dump} writes them in one snapshot, read by {@code mariadb} into
 * this one without its binary log; and the accounts. What the copy has executed is said last, when everything is there.
 */
final class DumpCopy implements DataCopy {

    private static final Logger LOG = LoggerFactory.getLogger(DumpCopy.class);

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String USERS_DATABASES =
            "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME NOT"
                    + " IN ('mysql', 'sys', 'information_schema', 'performance_schema', 'releve_lease')";

    /** It stands before the data. */
    private static final Pattern POSITION =
            Pattern.compile("(?m)^-- CHANGE MASTER TO MASTER_LOG_FILE='([^']+)', MASTER_LOG_POS=(\\d+);");

    private static final int HEAD_BYTES = 65_536;

    private final ServerState state;
    private final MySqlInstallation installation;
    private final List<Process> processes = new CopyOnWriteArrayList<>();
    private volatile long copied;
    private volatile long expected;
    private volatile boolean closed;

    DumpCopy(ServerState state, MySqlInstallation installation) {
        this.state = state;
        this.installation = installation;
    }

    @Override
    public void forgetHistory(Connection own) throws SQLException {
        try (Statement statement = own.createStatement()) {
            statement.execute("RESET SLAVE ALL");
            statement.execute("RESET MASTER");
            statement.execute("SET GLOBAL gtid_slave_pos=''");
        }
    }

    @Override
    public void copy(Connection own, MySqlServer source)
            throws SQLException, IOException, InterruptedException, Failed {
        Path dump = program("mariadb-dump", "mysqldump");
        Path client = program("mariadb", "mysql");
        ServerLogin there = state.settings.administratorLoginAt(source, LIMIT);
        try (Connection donor = there.connect()) {
            List<String> databases = list(donor, USERS_DATABASES);
            expected = Long.parseLong(list(
                            donor,
                            "SELECT COALESCE(SUM(DATA_LENGTH), 0) FROM information_schema.TABLES WHERE TABLE_SCHEMA NOT IN"
                                    + " ('mysql', 'sys', 'information_schema', 'performance_schema')")
                    .get(0));
            for (String database : list(own, USERS_DATABASES)) {
                try (Statement statement = own.createStatement()) {
                    statement.execute("SET SESSION foreign_key_checks=0");
                    statement.execute("DROP DATABASE `" + database.replace("`", "``") + "`");
                }
            }
            String head = pump(dumping(dump, source, databases), reading(client));
            new AccountCopy(state.settings::isOwnAccount).copy(donor, own);
            keepEventsOff(own);
            say(own, executed(donor, head, source));
        }
    }

    /** What had been executed at the snapshot: the log's position says it, and what the source did not log itself. */
    private static GtidSet executed(Connection donor, String head, MySqlServer source) throws SQLException, Failed {
        Matcher position = POSITION.matcher(head);
        if (!position.find()) {
            throw new Failed("the dump of " + source + " does not say to which position of its binary log it belongs");
        }
        try (PreparedStatement asking =
                donor.prepareStatement("SELECT BINLOG_GTID_POS(?, ?), @@global.gtid_slave_pos")) {
            asking.setString(1, position.group(1));
            asking.setLong(2, Long.parseLong(position.group(2)));
            try (ResultSet row = asking.executeQuery()) {
                row.next();
                String logged = row.getString(1);
                if (logged == null) {
                    throw new Failed(source + " no longer has its binary log " + position.group(1));
                }
                ReplicationLink link = new ReplicationLink(donor);
                return link.dialect()
                        .parseGtids(logged)
                        .union(link.dialect()
                                .parseGtids(
                                        Optional.ofNullable(row.getString(2)).orElse("")));
            }
        }
    }

    /** They run on the primary only; a replica gets what they write from there. */
    private static void keepEventsOff(Connection own) throws SQLException {
        try (Statement statement = own.createStatement()) {
            for (String event : list(
                    own,
                    "SELECT CONCAT('`', REPLACE(EVENT_SCHEMA, '`', '``'), '`.`', REPLACE(EVENT_NAME, '`', '``'), '`') FROM"
                            + " information_schema.EVENTS WHERE STATUS = 'ENABLED' AND EVENT_SCHEMA NOT IN ('mysql', 'sys',"
                            + " 'releve_lease')")) {
                statement.execute("ALTER EVENT " + event + " DISABLE ON SLAVE");
            }
        }
    }

    private static void say(Connection own, GtidSet executed) throws SQLException {
        try (PreparedStatement position = own.prepareStatement("SET GLOBAL gtid_slave_pos = ?")) {
            position.setString(1, executed.toString());
            position.execute();
        }
    }

    private Process dumping(Path dump, MySqlServer source, List<String> databases) throws IOException {
        List<String> command = client(dump, source);
        command.addAll(List.of(
                "--single-transaction",
                "--quick",
                "--master-data=2",
                "--routines",
                "--events",
                "--triggers",
                "--hex-blob",
                "--max-allowed-packet=1G",
                "--databases"));
        command.addAll(databases);
        return start(command, ProcessBuilder.Redirect.PIPE, "dump");
    }

    private Process reading(Path program) throws IOException {
        List<String> command = client(program, state.self);
        command.addAll(List.of(
                "--max-allowed-packet=1G",
                "--init-command=SET SESSION sql_log_bin=0, foreign_key_checks=0, unique_checks=0"));
        return start(command, ProcessBuilder.Redirect.to(new File("/dev/null")), "load");
    }

    private List<String> client(Path program, MySqlServer server) {
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "--no-defaults",
                "--protocol=tcp",
                "--host=" + server.host(),
                "--port=" + server.port(),
                "--user=" + state.settings.administrator().user(),
                "--default-character-set=utf8mb4"));
        command.add(state.settings.tls() instanceof Tls.Off ? "--skip-ssl" : "--skip-ssl-verify-server-cert");
        return command;
    }

    private Process start(List<String> command, ProcessBuilder.Redirect output, String what) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        // Not on the command line, which every user of the host can read.
        builder.environment()
                .put(
                        "MYSQL_PWD",
                        new String(state.settings.administrator().password().get()));
        Process process = builder.redirectOutput(output)
                .redirectError(errors(what).toFile())
                .start();
        processes.add(process);
        if (closed) {
            process.destroyForcibly();
        }
        return process;
    }

    private Path errors(String what) {
        return state.settings.files().directory().resolve("rebuild-" + what + ".log");
    }

    /** Moves everything from one to the other; returns the first part of it. */
    private String pump(Process dump, Process load) throws IOException, InterruptedException, Failed {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        Optional<IOException> broken = Optional.empty();
        long sum = 0;
        long told = 0;
        try (InputStream from = dump.getInputStream();
                OutputStream to = load.getOutputStream()) {
            byte[] buffer = new byte[HEAD_BYTES];
            for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
                if (head.size() < HEAD_BYTES) {
                    head.write(buffer, 0, Math.min(read, HEAD_BYTES - head.size()));
                }
                to.write(buffer, 0, read);
                sum += read;
                copied = sum;
                if (sum - told >= 100_000_000) {
                    told = sum;
                    LOG.info("{} is being rebuilt: {}", state.self, progress().orElse(""));
                }
            }
        } catch (IOException e) {
            // One of them has ended; its own words say why.
            broken = Optional.of(e);
        }
        try {
            if (broken.isPresent()) {
                dump.destroy();
            }
            check(load, "load");
            check(dump, "dump");
            if (broken.isPresent()) {
                throw broken.get();
            }
            return head.toString(StandardCharsets.UTF_8);
        } finally {
            endProcesses();
        }
    }

    private void check(Process process, String what) throws InterruptedException, Failed, IOException {
        process.waitFor();
        if (process.exitValue() != 0) {
            String words = ErrorLog.tail(errors(what), 3);
            if (what.equals("load") && words.isBlank()) {
                // It ended because the dump did.
                return;
            }
            throw new Failed("the " + what + " ended with exit status " + process.exitValue() + ": " + words);
        }
        Files.deleteIfExists(errors(what));
    }

    private Path program(String... names) throws Failed {
        Path server = installation.server();
        Stream<Path> places = Stream.concat(
                Stream.of(
                                Optional.ofNullable(server.getParent()),
                                Optional.of(installation.baseDirectory().resolve("bin")))
                        .flatMap(Optional::stream),
                Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator, -1))
                        .filter(entry -> !entry.isEmpty())
                        .map(Path::of));
        return places.flatMap(place -> Stream.of(names).map(place::resolve))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new Failed("there is no " + names[0] + " beside " + server
                        + " or on the PATH; install it (Debian, Ubuntu: apt-get install mariadb-client)"));
    }

    private static List<String> list(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }

    @Override
    public Optional<String> progress() {
        return Optional.of(copied / 1_000_000 + " MB of a dump of about " + Math.max(expected, copied) / 1_000_000
                + " MB of data");
    }

    @Override
    public void close() {
        closed = true;
        endProcesses();
    }

    private void endProcesses() {
        processes.forEach(process -> {
            if (process.isAlive()) {
                process.destroy();
                var unused = process.onExit()
                        .orTimeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                        .exceptionally(slow -> process.destroyForcibly());
            }
        });
    }
}
