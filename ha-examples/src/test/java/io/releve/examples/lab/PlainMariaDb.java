package io.releve.examples.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One database server without a cluster, for tests of what only needs a database. */
public final class PlainMariaDb implements AutoCloseable {

    private final ManagedProcess process;
    private final int port;

    private PlainMariaDb(ManagedProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    public static PlainMariaDb start(Path directory) throws Exception {
        DatabaseBinaries binaries = new BundledMariaDb(TestCache.directory()).find();
        Path base = binaries.baseDirectory().orElseThrow();
        Path data = directory.resolve("data");
        List<String> asRoot = System.getProperty("user.name").equals("root") ? List.of("--user=root") : List.of();
        Command.run(concat(
                        List.of(
                                base.resolve("scripts/mariadb-install-db").toString(),
                                "--no-defaults",
                                "--force",
                                "--skip-name-resolve",
                                "--auth-root-authentication-method=normal",
                                "--basedir=" + base,
                                "--datadir=" + data),
                        asRoot))
                .orThrow();
        Path init = Files.writeString(
                directory.resolve("init.sql"),
                "CREATE DATABASE IF NOT EXISTS intralab;\nGRANT ALL ON intralab.* TO app@'127.0.0.1' IDENTIFIED BY 'app';\n",
                StandardCharsets.UTF_8);
        int port = LoopbackHosts.freePorts(1).get(0);
        CompletableFuture<Void> ready = new CompletableFuture<>();
        ManagedProcess process = ManagedProcess.start(
                "mariadbd",
                concat(
                        List.of(
                                binaries.daemon().toString(),
                                "--no-defaults",
                                "--basedir=" + base,
                                "--datadir=" + data,
                                "--socket=" + directory.resolve("sock"),
                                "--port=" + port,
                                "--bind-address=127.0.0.1",
                                "--skip-name-resolve",
                                "--skip-ssl",
                                "--innodb-buffer-pool-size=16M",
                                "--init-file=" + init),
                        asRoot),
                directory.resolve("mariadbd.log"),
                line -> {
                    if (line.contains("ready for connections")) {
                        ready.complete(null);
                    }
                });
        ready.get(30, TimeUnit.SECONDS);
        return new PlainMariaDb(process, port);
    }

    private static List<String> concat(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), "app", "app");
    }

    public String url() {
        return "jdbc:mysql://127.0.0.1:" + port + "/intralab?connectTimeout=2000&socketTimeout=10000";
    }

    @Override
    public void close() throws IOException {
        process.close();
    }
}
