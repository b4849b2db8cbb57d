package io.releve.mysql.server;

import io.releve.agent.AgentContext;
import io.releve.agent.OperationContext;
import io.releve.agent.Outcome;
import io.releve.agent.ResourceAgent;
import io.releve.model.ConfigProblem;
import io.releve.model.InvalidConfigurationException;
import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.replication.ReplicaStatus;
import io.releve.mysql.replication.ReplicationLink;
import io.releve.mysql.server.ServerStarter.StartFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one MySQL or MariaDB server of a ring: circular replication in which every server takes writes.
 *
 * <p>The server is a process of its own that survives this JVM; a restarted JVM takes it on again. Its death is seen at
 * once. The node attribute {@code caught-up-RESOURCE} is {@code 1} while the server has everything that its peers had
 * when it (re)started, and {@code 0} from the moment it stops until it has caught up again: whatever serves the
 * application stays away from a node where it is not 1.
 */
public final class MySqlAgent implements ResourceAgent {

    private static final Logger LOG = LoggerFactory.getLogger(MySqlAgent.class);

    /** What is kept of a stop's time for ending the server without asking. */
    private static final Duration KILL_RESERVE = Duration.ofSeconds(5);

    private final AgentSettings settings;
    private final AgentContext context;
    private final InstanceFiles files;
    private final MySqlServer self;
    private final String attribute;

    private @Nullable ServerProcess process;
    private @Nullable CatchUpWatch watch;
    private @Nullable AbsentPeers absent;
    private @Nullable Connection session;
    private volatile boolean stopping;

    MySqlAgent(AgentSettings settings, AgentContext context) {
        this.settings = settings;
        this.context = context;
        this.files = settings.files();
        this.attribute = "caught-up-" + context.resourceId();
        this.self = settings.servers()
                .onNode(context.nodeName())
                .orElseThrow(() -> new InvalidConfigurationException(List.of(new ConfigProblem(
                        "servers",
                        "no server is on node " + context.nodeName() + "; the ring has " + settings.servers()))));
    }

    /** A builder with nothing set. */
    public static MySqlAgentBuilder builder() {
        return new MySqlAgentBuilder();
    }

    @Override
    public List<String> validate() {
        return Preflight.of(settings).problems().stream().map(Outcome::reason).toList();
    }

    @Override
    public Outcome start(OperationContext operation) throws IOException, InterruptedException {
        stopping = false;
        Optional<ServerProcess> running = ServerProcess.find(files);
        if (running.isEmpty() || watch == null || !watch.isReady()) {
            publish(false);
        }
        try {
            if (running.isPresent()) {
                new ServerStarter(settings, self)
                        .awaitReady(running.get(), operation, ErrorLog.length(files.errorLog()));
                setUp(operation);
                attach(running.get());
                return Outcome.ok();
            }
            Preflight preflight = Preflight.of(settings);
            Optional<Outcome> problem = preflight.failure().or(() -> Preflight.port(settings, self));
            if (problem.isPresent()) {
                return problem.get();
            }
            ServerProcess started = new ServerStarter(settings, self)
                    .start(preflight.installation().orElseThrow(), operation);
            LOG.info("{} is up, {}", self, started);
            setUp(operation);
            attach(started);
            return Outcome.ok();
        } catch (StartFailed e) {
            return Outcome.failed(String.valueOf(e.getMessage()));
        } catch (SQLException e) {
            return Outcome.failed(SqlErrors.explain(e, settings.administrator().user(), self));
        }
    }

    /** Accounts and databases that every server has, made on each without going through the binary log. */
    private void setUp(OperationContext operation) throws SQLException {
        ReplicationLink link = new ReplicationLink(session(operation.remaining()));
        String password = new String(settings.replication().password().get());
        link.account(
                settings.replication().user(), "%", password, link.dialect().replicationRights());
        for (AgentSettings.Application application : settings.applications()) {
            link.application(
                    application.database(),
                    application.account().user(),
                    new String(application.account().password().get()));
        }
    }

    /** Takes a running process on, once: sees its end, and watches it catch up. */
    private void attach(ServerProcess running) throws IOException {
        ServerProcess known = process;
        if (known != null && known.pid() == running.pid() && watch != null) {
            return;
        }
        detach();
        process = running;
        AbsentPeers memory = AbsentPeers.read(files);
        absent = memory;
        CatchUpWatch fresh = new CatchUpWatch(settings, self, context.resourceId(), memory.nodes(), this::publish);
        watch = fresh;
        fresh.look();
        var unused = running.onExit().thenRun(() -> {
            if (!stopping) {
                fresh.close();
                publish(false);
                context.monitorNow("server " + self + " (" + running + ") ended");
            }
        });
    }

    private void detach() {
        if (watch != null) {
            watch.close();
            watch = null;
        }
        process = null;
        closeSession();
    }

    private void publish(boolean caughtUp) {
        context.setNodeAttribute(attribute, Optional.of(caughtUp ? "1" : "0"));
    }

    @Override
    public Outcome stop(OperationContext operation) throws IOException, InterruptedException {
        stopping = true;
        Optional<ServerProcess> running = ServerProcess.find(files);
        detach();
        publish(false);
        try {
            if (running.isEmpty()) {
                return Outcome.ok();
            }
            ServerProcess server = running.get();
            Duration left = operation.remaining();
            Duration fifth = left.dividedBy(5);
            Duration reserve = fifth.compareTo(KILL_RESERVE) < 0 ? fifth : KILL_RESERVE;
            server.terminate();
            if (server.awaitExit(left.minus(reserve))) {
                LOG.info("{} is stopped", self);
                return Outcome.ok();
            }
            LOG.warn(
                    "{} did not shut down within {} ms; killing it",
                    self,
                    left.minus(reserve).toMillis());
            server.kill();
            return server.awaitExit(operation.remaining())
                    ? Outcome.ok()
                    : Outcome.failed("server " + self + " (" + server + ") is still there after SIGKILL; it probably"
                            + " waits for a disk that does not answer");
        } finally {
            Files.deleteIfExists(files.init());
        }
    }

    @Override
    public Outcome monitor(OperationContext operation) throws IOException {
        Optional<ServerProcess> running = ServerProcess.find(files);
        if (running.isEmpty()) {
            boolean expected = process != null;
            detach();
            publish(false);
            return Outcome.notRunning(
                    expected
                            ? "server " + self + " ended; "
                                    + ErrorLog.explain(files.errorLog(), ErrorLog.length(files.errorLog()) - 4096)
                            : "server " + self + " does not run");
        }
        attach(running.get());
        try {
            return ask(operation);
        } catch (SQLException first) {
            closeSession();
            return failed(first);
        }
    }

    private Outcome ask(OperationContext operation) throws SQLException, IOException {
        boolean reused = session != null;
        Optional<ReplicaStatus> status;
        try {
            status = new ReplicationLink(session(operation.remaining())).status();
        } catch (SQLException e) {
            if (!reused || operation.remaining().isZero()) {
                throw e;
            }
            // The kept connection may simply have been closed, by wait_timeout or by an administrator.
            closeSession();
            status = new ReplicationLink(session(operation.remaining())).status();
        }
        observe(operation, status);
        CatchUpWatch current = watch;
        return Health.of(
                self, status, current == null ? new CatchUp.Decision.Waiting("is not watched") : current.decision());
    }

    /** Passes on what this look showed: to the memory of absent peers, and to the watch. */
    private void observe(OperationContext operation, Optional<ReplicaStatus> status) throws IOException {
        CatchUpWatch current = watch;
        AbsentPeers memory = absent;
        if (current == null || memory == null) {
            return;
        }
        Map<String, Map<String, String>> online = operation.onlineNodes();
        Set<String> peers = settings.servers().peersOf(self.node()).stream()
                .map(MySqlServer::node)
                .collect(Collectors.toSet());
        Set<String> caughtUp = peers.stream()
                .filter(peer -> "1".equals(online.getOrDefault(peer, Map.of()).get(attribute)))
                .collect(Collectors.toSet());
        boolean applies = status.isEmpty()
                || (status.get().drained() && status.get().applierError().isEmpty());
        // With the lease gone, who is online is not known any more.
        if (operation.lease().isValid()) {
            memory.observe(peers, online.keySet(), current.isReady() && applies);
        }
        current.know(memory.nodes(), caughtUp);
        Optional<String> broken = status.flatMap(ReplicaStatus::applierError).map(Object::toString);
        if (broken.isPresent()) {
            current.broken("cannot apply what it received (" + broken.get() + ")");
        } else if (!current.isReady() || !isReplicating(status, caughtUp)) {
            current.look();
        }
    }

    private boolean isReplicating(Optional<ReplicaStatus> status, Set<String> caughtUp) {
        Optional<MySqlServer> source = new ReplicationKeeper(settings, self).source(caughtUp);
        return source.isEmpty()
                || status.filter(replica -> replica.follows(
                                source.get(), settings.replication().user()))
                        .filter(replica ->
                                replica.receiver() != ReplicaStatus.Receiver.STOPPED && replica.applierRunning())
                        .isPresent();
    }

    private Outcome failed(SQLException e) {
        String reason = SqlErrors.explain(e, settings.administrator().user(), self);
        return SqlErrors.isSaturated(e) ? new Outcome(Outcome.Code.DEGRADED, reason) : Outcome.failed(reason);
    }

    /** The agent's own connection, kept open so that a saturated server still answers it. */
    private Connection session(Duration limit) throws SQLException {
        Connection open = session;
        Duration answer = limit.isZero() ? Duration.ofMillis(1) : limit;
        if (open == null) {
            open = settings.administratorLogin(self, answer).connect();
            session = open;
        } else {
            open.setNetworkTimeout(Runnable::run, (int) Math.min(answer.toMillis() + 1, Integer.MAX_VALUE));
        }
        return open;
    }

    private void closeSession() {
        Connection open = session;
        session = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                LOG.debug("closing the connection to {}: {}", self, e.toString());
            }
        }
    }

    @Override
    public void close() {
        stopping = true;
        detach();
    }
}
