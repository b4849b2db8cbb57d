package io.releve.mysql.server;

import io.releve.agent.Outcome;
import io.releve.mysql.config.MySqlServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What must be right on this node before a server can start: program, directories, port. Changes nothing that lasts. */
final class Preflight {

    private final AgentSettings settings;
    private final InstanceFiles files;
    private final List<Outcome> problems = new ArrayList<>();
    private Optional<MySqlInstallation> installation = Optional.empty();

    private Preflight(AgentSettings settings) {
        this.settings = settings;
        this.files = settings.files();
    }

    /** Looks at everything except the port, which the running server itself uses. */
    static Preflight of(AgentSettings settings, Launcher launcher) throws InterruptedException {
        Preflight preflight = new Preflight(settings);
        preflight.lookForProgram();
        preflight.lookAtDirectories();
        preflight.problems.addAll(launcher.problems());
        return preflight;
    }

    /** What was found, each with the kind of failure that it is; empty if all is well. */
    List<Outcome> problems() {
        return problems;
    }

    /** The server's programs, if there are any. */
    Optional<MySqlInstallation> installation() {
        return installation;
    }

    /** All problems as one failure, of the first one's kind. */
    Optional<Outcome> failure() {
        return failure(problems);
    }

    static Optional<Outcome> failure(List<Outcome> problems) {
        if (problems.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Outcome(
                problems.get(0).code(),
                String.join("; ", problems.stream().map(Outcome::reason).toList())));
    }

    private void lookForProgram() {
        try {
            installation = Optional.of(settings.program().get());
        } catch (IllegalArgumentException e) {
            problems.add(Outcome.notInstalled(e.getMessage() == null ? e.toString() : e.getMessage()));
        }
    }

    private void lookAtDirectories() {
        writable(files.directory(), "directory").ifPresent(problems::add);
        if (Files.isDirectory(files.data())) {
            writable(files.data(), "dataDirectory").ifPresent(problems::add);
        }
        try {
            if (!settings.initialize() && !files.hasData()) {
                problems.add(Outcome.badParameter("the data directory " + files.data()
                        + " is missing or empty; mount or restore it, or allow a new one with initialize(true)"));
            }
        } catch (IOException e) {
            problems.add(Outcome.noPermission("the data directory " + files.data() + " cannot be read: " + e));
        }
    }

    /** Tries it out: rights, read-only file systems and mandatory access control all say no in their own way. */
    static Optional<Outcome> writable(Path directory, String setting) {
        try {
            Files.createDirectories(directory);
            Files.delete(Files.createTempFile(directory, ".writable-", ""));
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(Outcome.noPermission("the " + setting + " " + directory + " is not writable for user "
                    + System.getProperty("user.name") + " (" + e.getClass().getSimpleName() + ": " + e.getMessage()
                    + "); give it the right or choose another " + setting));
        }
    }

    /** Whether the server's port can be used now. */
    static Optional<Outcome> port(AgentSettings settings, MySqlServer self) {
        String wanted = settings.bindAddress().orElse(self.host());
        try (ServerSocket socket = new ServerSocket()) {
            // As the server does, so that connections of its former life do not count.
            socket.setReuseAddress(true);
            socket.bind(
                    wanted.equals("*")
                            ? new InetSocketAddress(self.port())
                            : new InetSocketAddress(InetAddress.getByName(wanted), self.port()));
            return Optional.empty();
        } catch (UnknownHostException e) {
            return Optional.of(Outcome.badParameter("the host " + wanted + " of server " + self
                    + " cannot be resolved; correct it or the name service"));
        } catch (BindException e) {
            boolean taken = String.valueOf(e.getMessage()).contains("in use");
            return Optional.of(
                    taken
                            ? Outcome.failed("port " + self.port() + " at " + wanted + " is in use by another process;"
                                    + " stop that process or give server " + self + " another port")
                            : Outcome.badParameter(wanted + " is not an address of this machine (" + e.getMessage()
                                    + "); correct the host of server " + self + " or set bindAddress"));
        } catch (IOException e) {
            return Optional.of(Outcome.failed("port " + self.port() + " at " + wanted + " cannot be tried: " + e));
        }
    }
}
