package io.releve.mysql.testing;

import io.releve.mysql.config.ServerVersion.Flavor;
import io.releve.mysql.server.MySqlInstallation;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Empty data directories, each a copy of one that is made once in a run of the tests. */
final class TestData {

    private static Path template;

    private TestData() {}

    /** A new data directory below this one. */
    static Path fresh(MySqlInstallation installation, Path directory) throws IOException {
        Path data = directory.resolve("data");
        copy(template(installation), data);
        return data;
    }

    private static synchronized Path template(MySqlInstallation installation) throws IOException {
        if (template != null) {
            return template;
        }
        Path home = Files.createTempDirectory("releve-template-");
        Path data = home.resolve("data");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(home)));
        List<String> command = new ArrayList<>();
        if (installation.version().flavor() == Flavor.MARIADB) {
            Path script = Stream.of("scripts/mariadb-install-db", "bin/mariadb-install-db")
                    .map(installation.baseDirectory()::resolve)
                    .filter(Files::isRegularFile)
                    .findFirst()
                    .orElseThrow();
            command.addAll(List.of(script.toString(), "--no-defaults", "--force", "--skip-name-resolve"));
            command.addAll(List.of("--auth-root-authentication-method=socket", "--skip-test-db"));
        } else {
            command.addAll(List.of(installation.server().toString(), "--no-defaults", "--initialize-insecure"));
            command.addAll(List.of("--mysqlx=OFF", "--secure-file-priv=NULL"));
        }
        command.addAll(List.of("--basedir=" + installation.baseDirectory(), "--datadir=" + data));
        if (System.getProperty("user.name").equals("root")) {
            command.add("--user=root");
        }
        Path output = home.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .redirectInput(new File("/dev/null"));
        builder.environment().put("TMPDIR", home.toString());
        try {
            if (builder.start().waitFor() != 0) {
                throw new IOException("no data directory could be made:\n" + Files.readString(output));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        // Each copy is a server of its own.
        Files.deleteIfExists(data.resolve("auto.cnf"));
        template = data;
        return data;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> tree = Files.walk(from)) {
            for (Path path : tree.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target);
                }
            }
        }
    }

    private static void delete(Path root) {
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path path : tree.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            // It is in the directory for temporary files.
        }
    }
}
