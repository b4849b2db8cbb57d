package io.releve.examples.lab;

import java.nio.file.Path;
import java.util.Properties;
import org.apache.zookeeper.server.embedded.ExitHandler;
import org.apache.zookeeper.server.embedded.ZooKeeperServerEmbedded;

/** Apache's ZooKeeper server in a JVM of its own; says when it serves, ends when its input ends. */
final class ZooKeeperMain {

    static final String SERVING = "@serving";
    private static final long PATIENCE_MILLIS = 20_000;

    private ZooKeeperMain() {}

    /**
     * Runs until standard input ends.
     *
     * @param arguments the directory for its data, the address and the port to listen on, and further settings, each
     *     {@code name=value}
     */
    public static void main(String[] arguments) throws Exception {
        Properties settings = new Properties();
        settings.setProperty("clientPortAddress", arguments[1]);
        settings.setProperty("clientPort", arguments[2]);
        // Sessions may last from 2 to 20 ticks: from 0.4 to 20 s.
        settings.setProperty("tickTime", "200");
        settings.setProperty("maxSessionTimeout", "20000");
        settings.setProperty("admin.enableServer", "false");
        for (int i = 3; i < arguments.length; i++) {
            int equals = arguments[i].indexOf('=');
            settings.setProperty(arguments[i].substring(0, equals), arguments[i].substring(equals + 1));
        }
        try (ZooKeeperServerEmbedded server = ZooKeeperServerEmbedded.builder()
                .baseDir(Path.of(arguments[0]))
                .configuration(settings)
                .exitHandler(ExitHandler.EXIT)
                .build()) {
            server.start(PATIENCE_MILLIS);
            System.out.println(SERVING);
            while (System.in.read() >= 0) {
                // Whoever started this server keeps the other end of the pipe.
            }
        }
    }
}
