package io.releve.examples.demo;

import io.releve.examples.lab.Ending;
import io.releve.examples.lab.Hosts;
import io.releve.examples.lab.Relay;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;

/** A demonstration on hosts that are there: the table, or a stay for a browser. */
final class Performance {

    /** Longer than all waits of a run that goes well together, and some that do not. */
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final Console console;
    private final Path directory;
    private final Path cache;
    private final Hosts hosts;
    private final Duration lease;

    Performance(Console console, Path directory, Path cache, Hosts hosts, Duration lease) {
        this.console = console;
        this.directory = directory;
        this.cache = cache;
        this.hosts = hosts;
        this.lease = lease;
    }

    /** The socket inside a sandbox that leads to the web application. */
    static Path webSocket(Path directory) {
        return directory.resolve("web");
    }

    /** Runs the table; returns whether all of it is OK. */
    boolean run(Ending ending) throws IOException, InterruptedException {
        Watchdog.start(LIMIT, ending);
        Stage stage = stage(ending);
        try (Scenario scenario = new Scenario(stage, console)) {
            boolean ok = scenario.run();
            console.line("");
            if (ok) {
                console.step("Ending both nodes");
                leaveAll(stage);
                console.line("  " + console.verdict(true));
            } else {
                Diagnosis.print(console, stage);
            }
            return ok;
        }
    }

    /** Starts both nodes and stays until the person at the prompt has enough. */
    boolean serve(Ending ending, ServerSocketChannel browsers, int port) throws IOException, InterruptedException {
        Stage stage = stage(ending);
        ending.push(Relay.start(browsers, () -> connect(stage)));
        new Prompt(stage, console, port).run();
        leaveAll(stage);
        return true;
    }

    private Stage stage(Ending ending) throws IOException, InterruptedException {
        console.line(console.bold("Expense reports on two nodes: " + Intralab.GROUP + " = { "
                + (hosts.virtualIp().isPresent() ? Intralab.ADDRESS + ", " : "") + Intralab.WEB + " }, "
                + Intralab.DATABASES + " [ " + Intralab.DATABASE + " ]"));
        console.line("  network   " + hosts.description());
        console.line("  lease     " + lease.toSeconds() + " s");
        Stage stage = new Stage(directory, cache, hosts, lease, ending);
        console.line("  database  " + stage.binaries().origin());
        return stage;
    }

    private static SocketChannel connect(Stage stage) throws IOException {
        IOException last = new IOException("the application is nowhere");
        for (URI entrance : stage.entrances()) {
            try {
                return SocketChannel.open(new InetSocketAddress(entrance.getHost(), entrance.getPort()));
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }

    private void leaveAll(Stage stage) throws InterruptedException {
        for (NodeProcess node : stage.nodes()) {
            try {
                node.leave();
            } catch (DemoFailure slow) {
                console.error(String.valueOf(slow.getMessage()));
            }
        }
    }
}
