package io.releve.mysql.server;

import io.releve.agent.AgentContext;
import io.releve.agent.OperationContext;
import io.releve.agent.Outcome;
import io.releve.agent.ResourceAgent;
import io.releve.agent.Tether;
import io.releve.model.Clone;
import io.releve.model.ConfigProblem;
import io.releve.model.InvalidConfigurationException;
import io.releve.model.Operation;
import io.releve.model.Primitive;
import io.releve.model.Role;
import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.server.Supervisor.StartFailed;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs one MySQL or MariaDB server of a ring: circular replication in which every server takes writes.
 *
 * <p>The server is a process of its own that survives this JVM; a restarted JVM takes it on again. Its death is seen at
 * once. The node attribute {@code caught-up-RESOURCE} is {@code 1} while the server has everything that its peers had
 * when it (re)started, and {@code 0} from the moment it stops until it has caught up again: whatever serves the
 * application stays away from a node where it is not 1.
 */
public final class MySqlAgent implements ResourceAgent {

    private final AgentSettings settings;
    private final AgentContext context;
    private final InstanceFiles files;
    private final MySqlServer self;
    private final String attribute;
    private final Supervisor supervisor;

    private final AdminSession session;
    private @Nullable Attachment attachment;
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
                        "no server is on node " + context.nodeName() + "; the servers are " + settings.servers()))));
        this.session = new AdminSession(settings, self);
        this.supervisor = Supervisor.of(settings, self);
    }

    /** A builder with nothing set. */
    public static MySqlAgentBuilder builder() {
        return new MySqlAgentBuilder();
    }

    /**
     * The resource for a primary and its replicas, one server on each node: a promotable clone that leaves a node at the
     * first failure, comes back there after ten seconds, and is looked at every second where it is Promoted.
     *
     * @param id the clone's id; what follows the primary (a virtual address, a DataSource) names it
     * @param agent the name under which the agent is registered
     */
    public static Clone promotable(String id, String agent) {
        Primitive server = Primitive.of(id + "-server", agent)
                .migrationThreshold(1)
                .failureTimeout(Duration.ofSeconds(10))
                .operation(Operation.monitor(Duration.ofSeconds(1))
                        .role(Role.PROMOTED)
                        .timeout(Duration.ofSeconds(5)))
                .operation(Operation.monitor(Duration.ofMillis(2500))
                        .role(Role.UNPROMOTED)
                        .timeout(Duration.ofSeconds(10)))
                .operation(Operation.of("start").timeout(Duration.ofSeconds(120)))
                .operation(Operation.of("stop").timeout(Duration.ofSeconds(60)))
                .operation(Operation.of("promote").timeout(Duration.ofSeconds(30)))
                .operation(Operation.of("demote").timeout(Duration.ofSeconds(30)));
        return Clone.promotable(id, server).interleave(true);
    }

    @Override
    public List<String> validate() {
        try {
            return supervisor.problems().stream().map(Outcome::reason).toList();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of("interrupted while looking at what server " + self + " needs on this node");
        }
    }

    @Override
    public Outcome start(OperationContext operation) throws IOException, InterruptedException {
        stopping = false;
        Optional<RunningServer> running = supervisor.find();
        if (running.isEmpty() || attachment == null || !attachment.watch().isReady()) {
            publish(false);
        }
        try {
            if (running.isPresent()) {
                supervisor.awaitReady(running.get(), operation);
                setUp(operation);
                attach(running.get());
                return Outcome.ok();
            }
            RunningServer started = supervisor.start(operation, false);
            setUp(operation);
            attach(started);
            return Outcome.ok();
        } catch (StartFailed e) {
            return e.outcome();
        } catch (SQLException e) {
            return Outcome.failed(SqlErrors.explain(e, settings.administrator().user(), self));
        }
    }

    /** Accounts and databases that every server has, made on each without going through the binary log. */
    private void setUp(OperationContext operation) throws SQLException {
        session.ask(operation, link -> {
            String password = new String(settings.replication().password().get());
            link.account(
                    settings.replication().user(), "%", password, link.dialect().replicationRights());
            for (AgentSettings.Application application : settings.applications()) {
                link.application(
                        application.database(),
                        application.account().user(),
                        new String(application.account().password().get()));
            }
            return true;
        });
    }

    /**
     * A process taken on.
     *
     * @param process the server's process
     * @param absent which peers left before it
     * @param watch watches it catch up
     */
    private record Attachment(RunningServer process, AbsentPeers absent, CatchUpWatch watch) {}

    /** Takes a running process on, once: sees its end, and watches it catch up. */
    private Attachment attach(RunningServer running) throws IOException {
        Attachment known = attachment;
        if (known != null && known.process().isSameLife(running)) {
            return known;
        }
        if (known != null) {
            detach();
        }
        AbsentPeers absent = AbsentPeers.read(files);
        CatchUpWatch watch = new CatchUpWatch(settings, self, context.resourceId(), absent.nodes(), this::publish);
        Attachment fresh = new Attachment(running, absent, watch);
        attachment = fresh;
        watch.look();
        var unused = running.onExit().thenRun(() -> {
            if (!stopping) {
                watch.close();
                publish(false);
                context.monitorNow("server " + self + " (" + running + ") ended");
            }
        });
        return fresh;
    }

    private void detach() {
        Attachment known = attachment;
        attachment = null;
        if (known != null) {
            known.watch().close();
        }
        session.close();
    }

    private void publish(boolean caughtUp) {
        context.setNodeAttribute(attribute, Optional.of(caughtUp ? "1" : "0"));
    }

    @Override
    public Outcome stop(OperationContext operation) throws IOException, InterruptedException {
        stopping = true;
        Optional<RunningServer> running = supervisor.find();
        detach();
        publish(false);
        try {
            if (running.isEmpty()) {
                return Outcome.ok();
            }
            return running.get().end(self, false, operation.remaining());
        } finally {
            files.removeInit();
        }
    }

    @Override
    public Outcome monitor(OperationContext operation) throws IOException, InterruptedException {
        Optional<RunningServer> running = supervisor.find();
        if (running.isEmpty()) {
            boolean expected = attachment != null;
            detach();
            publish(false);
            return Outcome.notRunning("server " + self + " " + supervisor.absence(expected));
        }
        Attachment attached = attach(running.get());
        try {
            return ask(operation, attached);
        } catch (SQLException e) {
            return failed(e);
        }
    }

    private Outcome ask(OperationContext operation, Attachment attached) throws SQLException, IOException {
        Observation seen = session.ask(operation, Observation::of);
        seen.passOn(operation, settings, self, attribute, attached.absent(), attached.watch());
        return Health.of(self, seen.status(), attached.watch().decision());
    }

    private Outcome failed(SQLException e) {
        String reason = SqlErrors.explain(e, settings.administrator().user(), self);
        return SqlErrors.isSaturated(e) ? new Outcome(Outcome.Code.DEGRADED, reason) : Outcome.failed(reason);
    }

    @Override
    public Tether tether() {
        return Tether.NONE;
    }

    @Override
    public void close() {
        stopping = true;
        detach();
        supervisor.close();
    }
}
