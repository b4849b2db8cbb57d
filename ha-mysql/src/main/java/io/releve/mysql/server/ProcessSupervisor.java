package io.releve.mysql.server;

import io.releve.agent.OperationContext;
import io.releve.agent.Outcome;
import io.releve.mysql.config.MySqlServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** For a server whose configuration the agent writes and whose process it has started, by itself or by systemd. */
final class ProcessSupervisor implements Supervisor {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessSupervisor.class);

    /** How much of the error log is looked through for the reason why a server ended. */
    private static final int LAST_BYTES = 4096;

    private final AgentSettings settings;
    private final MySqlServer self;
    private final InstanceFiles files;
    private final Launcher launcher;
    private final ServerStarter starter;

    ProcessSupervisor(AgentSettings settings, MySqlServer self) {
        this.settings = settings;
        this.self = self;
        this.files = settings.files();
        this.launcher = Launcher.of(settings);
        this.starter = new ServerStarter(settings, self, launcher);
    }

    @Override
    public List<Outcome> problems() throws InterruptedException {
        return Preflight.of(settings, launcher).problems();
    }

    @Override
    public Optional<RunningServer> find() throws IOException, InterruptedException {
        return launcher.find().map(process -> process);
    }

    @Override
    public void awaitReady(RunningServer found, OperationContext operation) throws StartFailed, InterruptedException {
        starter.awaitReady((ServerProcess) found, operation, ErrorLog.length(files.errorLog()));
    }

    @Override
    public RunningServer start(OperationContext operation, boolean rejoins)
            throws StartFailed, IOException, InterruptedException {
        Preflight preflight = Preflight.of(settings, launcher);
        Optional<Outcome> problem = preflight.failure().or(() -> Preflight.port(settings, self));
        if (problem.isPresent()) {
            throw new StartFailed(problem.get());
        }
        MySqlInstallation installation = preflight.installation().orElseThrow();
        UnacknowledgedTail tail = new UnacknowledgedTail(files);
        if (rejoins) {
            tail.setAside();
        }
        long logged = ErrorLog.length(files.errorLog());
        ServerProcess started = start(installation, operation, rejoins, tail);
        LOG.info("{} is up, {}", self, started);
        if (rejoins) {
            tail.report(self, logged);
        }
        return started;
    }

    private ServerProcess start(
            MySqlInstallation installation, OperationContext operation, boolean rejoins, UnacknowledgedTail tail)
            throws StartFailed, IOException, InterruptedException {
        long logged = ErrorLog.length(files.errorLog());
        try {
            return starter.start(installation, operation, rejoins);
        } catch (StartFailed e) {
            if (settings.servers().isRing() || !tail.isInDoubt(logged)) {
                throw e;
            }
            LOG.warn(
                    "{} was ended in the middle of commits, and looks into its binary log for what became of them",
                    self);
            tail.reopen();
            return starter.start(installation, operation, rejoins);
        }
    }

    @Override
    public RunningServer startCopy(OperationContext operation) throws StartFailed, IOException, InterruptedException {
        return starter.start(settings.program().get(), operation, false);
    }

    @Override
    public String absence(boolean expected) {
        return expected
                ? "ended; " + ErrorLog.explain(files.errorLog(), ErrorLog.length(files.errorLog()) - LAST_BYTES)
                : "does not run";
    }

    @Override
    public Path data() {
        return files.data();
    }

    @Override
    public void close() {}
}
