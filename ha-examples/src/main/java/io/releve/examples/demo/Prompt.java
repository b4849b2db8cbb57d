package io.releve.examples.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;

/** Takes a person's commands while the cluster stays up. */
final class Prompt {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String HELP = """
            status        the cluster's status
            kill NODE     kill the node's JVM and database server (SIGKILL)
            stop NODE     let the node leave in good order
            start NODE    start it again
            quit          end everything""".indent(2).stripTrailing();

    private final Stage stage;
    private final Console console;
    private final int port;

    Prompt(Stage stage, Console console, int port) {
        this.stage = stage;
        this.console = console;
        this.port = port;
    }

    /** Starts the nodes and obeys until the person has enough. */
    void run() throws IOException, InterruptedException {
        console.step("Starting both nodes: a JVM and a database server each");
        stage.nodes().forEach(NodeProcess::start);
        StatusLine status = stage.board()
                .await(
                        "both nodes are online and the application is up",
                        PATIENCE,
                        seen -> seen.online().size() == 2 && !seen.groupOn().isEmpty());
        console.line("");
        console.line(status.text().indent(2).stripTrailing());
        console.line("");
        console.line("  in your browser     " + console.bold("http://127.0.0.1:" + port + "/"));
        stage.hosts()
                .virtualIp()
                .ifPresent(
                        ip -> console.line("  which leads to      the virtual IP " + ip + ", inside the namespaces"));
        for (NodeProcess node : stage.nodes()) {
            console.line("  " + node.name() + "               database on "
                    + node.host().address() + ":" + node.host().databasePort() + ", log " + node.log());
        }
        console.line("");
        console.line(HELP);
        obey();
    }

    private void obey() throws IOException, InterruptedException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
        while (true) {
            System.out.print("> ");
            System.out.flush();
            String line = input.readLine();
            if (line == null) {
                // No terminal (a service, a pipe): stay until somebody ends the process.
                new CountDownLatch(1).await();
                return;
            }
            String[] words = line.strip().toLowerCase(Locale.ROOT).split("\\s+", -1);
            if (words[0].equals("quit") || words[0].equals("exit")) {
                return;
            }
            try {
                obey(words);
            } catch (DemoFailure | IllegalArgumentException e) {
                console.error(String.valueOf(e.getMessage()));
            }
        }
    }

    private void obey(String[] words) throws InterruptedException {
        String verb = words[0];
        if (verb.isEmpty()) {
            return;
        }
        if (verb.equals("status") && words.length == 1) {
            console.line(stage.board().any().map(StatusLine::text).orElse("No node is running."));
            return;
        }
        if (words.length != 2) {
            console.line(HELP);
            return;
        }
        NodeProcess node = stage.node(words[1]);
        switch (verb) {
            case "kill" -> {
                node.powerOff();
                console.line(node.name() + " is killed");
            }
            case "stop" -> {
                node.leave();
                console.line(node.name() + " has left");
            }
            case "start" -> {
                node.start();
                stage.board()
                        .await(
                                node.name() + " is online",
                                PATIENCE,
                                seen -> seen.online().contains(node.name()));
                console.line(node.name() + " is online");
            }
            default -> console.line(HELP);
        }
    }
}
