package io.releve.vip;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A process in a network namespace, and the lines it prints with the moment each arrived. Killed when closed. */
final class Child implements AutoCloseable {

    /** A line and when it came, on the scale of {@link System#nanoTime()}. */
    record Line(long nanos, String text) {}

    private final Process process;
    private final LinkedBlockingQueue<Line> lines = new LinkedBlockingQueue<>();

    private Child(List<String> command) throws IOException {
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Thread reader = new Thread(this::read, "output-of-" + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    static Child java(String namespace, Class<?> main, String... arguments) throws IOException {
        return new Child(javaCommand(namespace, List.of(), main, arguments));
    }

    /** A JVM that lacks rights: capabilities like {@code net_raw}, separated by commas. */
    static Child javaWithout(String capabilities, String namespace, Class<?> main, String... arguments)
            throws IOException {
        String dropped = "-" + capabilities.replace(",", ",-");
        return new Child(javaCommand(
                namespace, List.of("setpriv", "--bounding-set=" + dropped, "--inh-caps=" + dropped), main, arguments));
    }

    private static List<String> javaCommand(
            String namespace, List<String> wrapper, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        command.addAll(wrapper);
        command.addAll(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Prints changes of addresses or neighbours as they happen. */
    static Child monitor(String namespace, String object) throws IOException {
        return new Child(List.of("ip", "-n", namespace, "monitor", object));
    }

    private void read() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(new Line(System.nanoTime(), line));
            }
        } catch (IOException e) {
            // the process has been killed
        }
    }

    /** Waits for the next line that fits; those before it are dropped. */
    Line await(Predicate<String> wanted, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        List<String> others = new ArrayList<>();
        while (true) {
            Line line = lines.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (line == null) {
                throw new AssertionError("not printed within " + limit + "; instead: " + others);
            }
            if (wanted.test(line.text())) {
                return line;
            }
            others.add(line.text());
        }
    }

    /** Makes sure that no line that fits comes for a while; other lines are dropped. */
    void expectNone(Predicate<String> unwanted, Duration period) throws InterruptedException {
        long end = System.nanoTime() + period.toNanos();
        for (Line line = lines.poll(period.toNanos(), TimeUnit.NANOSECONDS);
                line != null;
                line = lines.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            if (unwanted.test(line.text())) {
                throw new AssertionError("printed: " + line.text());
            }
        }
    }

    /** Drops what has been printed so far. */
    void forget() {
        lines.clear();
    }

    void say(String command) throws IOException {
        OutputStream input = process.getOutputStream();
        input.write((command + "\n").getBytes(StandardCharsets.UTF_8));
        input.flush();
    }

    /** Sends a signal, without the process having a say in it. */
    void signal(String name) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("kill -" + name + " ended with " + status);
        }
    }

    /** How many threads it has. */
    long threads() throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(process.pid()), "task"))) {
            return tasks.count();
        }
    }

    /** How many of its open descriptors are of this kind, such as {@code socket}. */
    long descriptors(String kind) throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
            return descriptors.filter(descriptor -> leadsTo(descriptor, kind)).count();
        }
    }

    private static boolean leadsTo(Path descriptor, String kind) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith(kind + ":");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    /** How many processes it has started that still run. */
    long children() {
        return process.descendants().count();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
