package io.releve.mysql.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Driver;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JdbcDriverTest {

    private static final String MYSQL = "mysql-connector-j";
    private static final String MARIADB = "mariadb-java-client";

    /** Implements an interface of the driver, and is loaded when that one is used. */
    private static final String ONLY_WITH_MYSQL = "io.releve.mysql.config.MySqlCommits";

    static Stream<JdbcDriver> drivers() {
        return Stream.of(JdbcDriver.mySqlConnectorJ(), JdbcDriver.mariaDbConnectorJ());
    }

    private static List<String> classPath() {
        return List.of(System.getProperty("java.class.path").split(File.pathSeparator));
    }

    /** What an application sees that lacks some archives. */
    private static URLClassLoader without(String... archives) throws IOException {
        List<URL> urls = new ArrayList<>();
        int absent = 0;
        for (String entry : classPath()) {
            String name = Path.of(entry).getFileName().toString();
            if (Arrays.stream(archives).anyMatch(name::startsWith)) {
                absent++;
            } else {
                urls.add(Path.of(entry).toUri().toURL());
            }
        }
        assertThat(absent).as("archives that are left out").isEqualTo(archives.length);
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    private static Object chosen(ClassLoader loader) throws ReflectiveOperationException {
        return loader.loadClass("io.releve.mysql.config.JdbcDriver")
                .getMethod("onClassPath")
                .invoke(null);
    }

    /** The classes of this module, from their directory or their archive. */
    private static List<String> classes() throws IOException {
        String root = JdbcDriver.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
        Path directory = Path.of(root);
        try (Stream<Path> files = Files.walk(directory)) {
            return files.map(file -> directory.relativize(file).toString())
                    .filter(file -> file.endsWith(".class") && !file.endsWith("package-info.class"))
                    .map(file ->
                            file.substring(0, file.length() - ".class".length()).replace(File.separatorChar, '.'))
                    .toList();
        }
    }

    @Test
    void shouldTakeMySqlConnectorJIfBothAreThere() {
        assertThat(JdbcDriver.onClassPath()).isInstanceOf(MySqlConnectorJ.class);
    }

    @Test
    void shouldTakeWhatThereIs() throws Exception {
        try (URLClassLoader application = without(MYSQL)) {
            assertThat(chosen(application)).asString().contains("MariaDbConnectorJ");
        }
        try (URLClassLoader application = without(MARIADB)) {
            assertThat(chosen(application)).asString().contains("MySqlConnectorJ");
        }
    }

    @Test
    void shouldSayWhatToAddIfThereIsNone() throws Exception {
        try (URLClassLoader application = without(MYSQL, MARIADB)) {
            assertThatThrownBy(() -> chosen(application))
                    .hasRootCauseInstanceOf(IllegalStateException.class)
                    .rootCause()
                    .hasMessageContainingAll("com.mysql:mysql-connector-j", "org.mariadb.jdbc:mariadb-java-client");
            assertThatThrownBy(() -> application
                            .loadClass("io.releve.mysql.config.JdbcDriver")
                            .getMethod("mariaDbConnectorJ")
                            .invoke(null))
                    .cause()
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("add org.mariadb.jdbc:mariadb-java-client");
        }
    }

    /** As where a container has the driver and each application has its own libraries. */
    @Test
    void shouldSayWhereTheDriverBelongsThatDoesNotSeeItsSockets() throws Exception {
        URL driver = Class.forName("org.mariadb.jdbc.Driver")
                .getProtectionDomain()
                .getCodeSource()
                .getLocation();
        try (URLClassLoader container = new URLClassLoader(new URL[] {driver}, ClassLoader.getPlatformClassLoader())) {
            Driver alone = (Driver) container
                    .loadClass("org.mariadb.jdbc.Driver")
                    .getConstructor()
                    .newInstance();
            assertThatThrownBy(() -> new MariaDbConnectorJ(alone))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("put both into the application");
        }
    }

    @ParameterizedTest
    @MethodSource("absent")
    void shouldLoadEveryClassWithoutADriver(String absent) throws Exception {
        List<String> classes = classes();
        assertThat(classes).hasSizeGreaterThan(150).contains(ONLY_WITH_MYSQL);
        try (URLClassLoader application = without(absent)) {
            for (String name : classes) {
                if (absent.equals(MARIADB) || !name.equals(ONLY_WITH_MYSQL)) {
                    assertThat(Class.forName(name, true, application).getDeclaredMethods())
                            .as(name)
                            .isNotNull();
                }
            }
        }
    }

    static Stream<String> absent() {
        return Stream.of(MYSQL, MARIADB);
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void shouldWriteAnAddressOfIpVersion6InBrackets(JdbcDriver driver) {
        ServerLogin login = new ServerLogin(
                "::1",
                1,
                "expenses",
                "s3cret"::toCharArray,
                Tls.off(),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                "db",
                Map.of(),
                driver);
        assertThat(login.url()).endsWith("://[::1]:1/db");
        // It is understood, and there is nobody.
        assertThatThrownBy(login::connect)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).startsWith("08"))
                .hasMessageNotContaining("s3cret");
    }
}
