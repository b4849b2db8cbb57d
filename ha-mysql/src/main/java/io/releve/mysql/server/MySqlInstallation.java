package io.releve.mysql.server;

import io.releve.mysql.config.ServerVersion;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * The programs of a MySQL or MariaDB server on this machine. Immutable.
 *
 * @param server the server's program, {@code mariadbd} or {@code mysqld}
 * @param baseDirectory the directory above the program's, where the server looks for its own files
 * @param version what it is
 */
public record MySqlInstallation(Path server, Path baseDirectory, ServerVersion version) {

    private static final List<String> PROGRAMS = List.of("mariadbd", "mysqld");
    private static final List<String> DIRECTORIES = List.of("bin", "sbin", "libexec");
    private static final List<String> INSTALLERS = List.of(
            "scripts/mariadb-install-db", "bin/mariadb-install-db", "scripts/mysql_install_db", "bin/mysql_install_db");
    private static final Duration VERSION_LIMIT = Duration.ofSeconds(20);

    /**
     * The installation that a program belongs to.
     *
     * @param server path of {@code mariadbd} or {@code mysqld}
     * @throws IllegalArgumentException if it is not there, cannot be run, or is too old; the message says what to do
     */
    public static MySqlInstallation ofServer(Path server) {
        if (!Files.isRegularFile(server)) {
            throw new IllegalArgumentException("there is no server program at " + server
                    + "; install a server (Debian, Ubuntu: mariadb-server) or correct the path");
        }
        if (!Files.isExecutable(server)) {
            throw new IllegalArgumentException(server + " is not executable; make it so (chmod +x)");
        }
        Path program = server.toAbsolutePath().normalize();
        Path directory = program.getParent();
        Path base = directory == null || directory.getParent() == null ? program.getRoot() : directory.getParent();
        ServerVersion version = askVersion(program);
        if (!version.isSupported()) {
            throw new IllegalArgumentException(
                    program + " is " + version + "; Relève needs MySQL 8.0.26 or later, or MariaDB 10.6.1 or later");
        }
        return new MySqlInstallation(program, base, version);
    }

    /**
     * The installation in a directory.
     *
     * @param baseDirectory has the server's program in {@code bin}, {@code sbin} or {@code libexec}
     * @throws IllegalArgumentException if there is none; the message says what to do
     */
    public static MySqlInstallation in(Path baseDirectory) {
        return DIRECTORIES.stream()
                .flatMap(directory -> PROGRAMS.stream()
                        .map(program -> baseDirectory.resolve(directory).resolve(program)))
                .filter(Files::isRegularFile)
                .findFirst()
                .map(MySqlInstallation::ofServer)
                .orElseThrow(
                        () -> new IllegalArgumentException("there is no mariadbd or mysqld in bin, sbin or libexec of "
                                + baseDirectory + "; install a server or name another directory"));
    }

    /** The server's program on this machine: on the PATH, or where distributions put it. */
    public static Optional<Path> findServer() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        Stream<Path> directories = Stream.concat(
                Arrays.stream(path.split(File.pathSeparator, -1))
                        .filter(entry -> !entry.isEmpty())
                        .map(Path::of),
                Stream.of("/usr/sbin", "/usr/libexec", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin")
                        .map(Path::of));
        return directories
                .flatMap(directory -> PROGRAMS.stream().map(directory::resolve))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Makes a new, empty data directory. It appears under its name only when it is complete.
     *
     * @param dataDirectory must not exist, or be empty
     * @param systemUser the system user that the server will run as, if not this process's
     * @param limit how long it may take
     * @throws IOException if it fails; the message has the last lines of the program's output
     * @throws InterruptedException if interrupted; the program is ended
     */
    void initialize(Path dataDirectory, Optional<String> systemUser, Duration limit)
            throws IOException, InterruptedException {
        Path parent = Optional.ofNullable(dataDirectory.getParent()).orElseThrow();
        Files.createDirectories(parent);
        Path draft = Files.createTempDirectory(parent, ".initializing-");
        try {
            Path output = draft.resolveSibling(draft.getFileName() + ".log");
            try {
                run(initializer(draft.resolve("data"), systemUser), draft, output, limit);
            } finally {
                Files.deleteIfExists(output);
            }
            Files.deleteIfExists(dataDirectory);
            Files.move(draft.resolve("data"), dataDirectory);
        } finally {
            deleteTree(draft);
        }
    }

    private List<String> initializer(Path data, Optional<String> systemUser) throws IOException {
        List<String> command = new ArrayList<>();
        if (version.flavor() == ServerVersion.Flavor.MARIADB) {
            Path script = INSTALLERS.stream()
                    .map(baseDirectory::resolve)
                    .filter(Files::isRegularFile)
                    .findFirst()
                    .orElseThrow(() -> new IOException("there is no mariadb-install-db in scripts or bin of "
                            + baseDirectory + "; install the whole server, or make the data directory yourself"));
            command.addAll(List.of(script.toString(), "--no-defaults", "--force", "--skip-name-resolve"));
            // No account that a network could use: the agent makes its own at the server's start.
            command.addAll(List.of("--auth-root-authentication-method=socket", "--skip-test-db"));
        } else {
            command.addAll(List.of(server.toString(), "--no-defaults", "--initialize-insecure", "--mysqlx=OFF"));
            command.add("--secure-file-priv=NULL");
        }
        command.add("--basedir=" + baseDirectory);
        command.add("--datadir=" + data);
        systemUser.ifPresent(user -> command.add("--user=" + user));
        return command;
    }

    private static void run(List<String> command, Path draft, Path output, Duration limit)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command);
        // Every server that starts on this host removes all temporary tables from a tmpdir that it shares.
        builder.environment()
                .put("TMPDIR", Files.createTempDirectory(draft, "tmp").toString());
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .redirectInput(new File("/dev/null"))
                .start();
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(command.get(0) + " did not end within " + limit.toMillis() + " ms; give the start"
                        + " operation a longer time-out");
            }
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            throw new IOException(command.get(0) + " ended with exit status " + process.exitValue() + ":\n"
                    + ErrorLog.tail(output, 10));
        }
    }

    private static ServerVersion askVersion(Path program) {
        try {
            Process process = new ProcessBuilder(program.toString(), "--no-defaults", "--version")
                    .redirectErrorStream(true)
                    .redirectInput(new File("/dev/null"))
                    .start();
            try {
                process.onExit().get(VERSION_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
                String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                if (process.exitValue() != 0) {
                    throw new IllegalArgumentException(program + " --version ended with exit status "
                            + process.exitValue() + ": " + answer.strip());
                }
                // The path in front of the version may itself have numbers in it.
                return ServerVersion.parse(answer.substring(Math.max(0, answer.indexOf("Ver"))));
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException | ExecutionException | TimeoutException e) {
            throw new IllegalArgumentException(program + " --version cannot be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalArgumentException(program + " --version was interrupted", e);
        }
    }

    private static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path path : tree.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
