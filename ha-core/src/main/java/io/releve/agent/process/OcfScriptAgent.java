package io.releve.agent.process;

import io.releve.agent.AgentContext;
import io.releve.agent.OperationContext;
import io.releve.agent.Outcome;
import io.releve.agent.ResourceAgent;
import io.releve.agent.ResourceAgentFactory;
import io.releve.agent.Tether;
import io.releve.state.Notification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a resource agent in the form of the <a href="https://github.com/ClusterLabs/OCF-spec">Open Cluster Framework</a>: a
 * script that is called with the name of an action, finds its parameters in its environment, and answers by its exit
 * status. Register it under the name that Pacemaker's configurations use:
 *
 * <pre>{@code
 * HaCluster.builder().agent("ocf:heartbeat:Filesystem", OcfScriptAgent.of("heartbeat", "Filesystem"))
 * }</pre>
 *
 * <p>The script gets a small environment of its own and nothing of the JVM's: {@code PATH}, {@code LC_ALL=C},
 * {@code OCF_ROOT}, {@code OCF_RESOURCE_INSTANCE}, {@code OCF_RESOURCE_TYPE}, {@code OCF_RESOURCE_PROVIDER}, the
 * version, {@code OCF_CHECK_LEVEL} where the parameter of that name is set, and each parameter as {@code OCF_RESKEY_NAME}.
 * The actions are start, stop, monitor, promote, demote, and notify with the {@code OCF_RESKEY_CRM_meta_notify_…}
 * that Pacemaker gives; {@code validate-all} and {@code meta-data} are not asked for.
 * Programs of Pacemaker that a script may call ({@code crm_attribute}, {@code crm_resource}) do not exist here.
 *
 * <p>A script that overruns its time-out gets SIGTERM, and SIGKILL half a second later, with all that it has started.
 */
public final class OcfScriptAgent implements ResourceAgent {

    private static final Logger LOG = LoggerFactory.getLogger(OcfScriptAgent.class);
    private static final Path DEFAULT_ROOT = Path.of("/usr/lib/ocf");
    private static final String SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final String REASON = "ocf-exit-reason:";

    /** The node gives an operation up when its time is over; should it fail to, the script still ends. */
    private static final Duration SLACK = Duration.ofSeconds(2);

    private static final int LONGEST_REASON = 500;

    private final Path root;
    private final String provider;
    private final String type;
    private final AgentContext context;
    private final ExternalCommand runner = new ExternalCommand();

    private OcfScriptAgent(Path root, String provider, String type, AgentContext context) {
        this.root = root;
        this.provider = provider;
        this.type = type;
        this.context = context;
    }

    /**
     * Agents that run a script below {@code /usr/lib/ocf}.
     *
     * @param provider the directory below {@code resource.d}, for example {@code heartbeat}
     * @param type the script's name, for example {@code Filesystem}
     */
    public static ResourceAgentFactory of(String provider, String type) {
        return of(DEFAULT_ROOT, provider, type);
    }

    /**
     * Agents that run a script below another directory.
     *
     * @param root {@code OCF_ROOT}; the script is {@code ROOT/resource.d/PROVIDER/TYPE}
     * @param provider the directory below {@code resource.d}
     * @param type the script's name
     */
    public static ResourceAgentFactory of(Path root, String provider, String type) {
        return context -> new OcfScriptAgent(root, provider, type, context);
    }

    @Override
    public Outcome start(OperationContext operation) throws InterruptedException {
        return run(operation);
    }

    @Override
    public Outcome stop(OperationContext operation) throws InterruptedException {
        // What is not installed cannot have been started.
        return isInstalled() ? run(operation) : Outcome.ok();
    }

    @Override
    public Outcome monitor(OperationContext operation) throws InterruptedException {
        return run(operation);
    }

    @Override
    public Outcome promote(OperationContext operation) throws InterruptedException {
        return run(operation);
    }

    @Override
    public Outcome demote(OperationContext operation) throws InterruptedException {
        return run(operation);
    }

    @Override
    public Outcome notify(Notification notification, OperationContext operation) throws InterruptedException {
        return run(operation, notification.toOcf());
    }

    private Path script() {
        return root.resolve("resource.d").resolve(provider).resolve(type);
    }

    private boolean isInstalled() {
        return Files.isExecutable(script());
    }

    private Outcome run(OperationContext operation) throws InterruptedException {
        return run(operation, Map.of());
    }

    private Outcome run(OperationContext operation, Map<String, String> more) throws InterruptedException {
        if (!isInstalled()) {
            return Outcome.notInstalled("there is no executable " + script() + " on node " + context.nodeName()
                    + ": install the package that has the resource agent " + provider + ":" + type);
        }
        try {
            ExternalCommand.Result result = runner.run(
                    List.of(script().toString(), operation.operation()),
                    environment(operation, more),
                    Optional.empty(),
                    operation.remaining().plus(SLACK));
            LOG.debug("{} {}: {}", script(), operation.operation(), result);
            return outcome(operation, result);
        } catch (IOException e) {
            return Outcome.failed(String.valueOf(e.getMessage()));
        }
    }

    private Map<String, String> environment(OperationContext operation, Map<String, String> more) {
        Map<String, String> environment = new HashMap<>();
        context.parameters().forEach((name, value) -> environment.put("OCF_RESKEY_" + name, value));
        more.forEach((name, value) -> environment.put("OCF_RESKEY_" + name, value));
        Optional.ofNullable(context.parameters().get("OCF_CHECK_LEVEL"))
                .ifPresent(level -> environment.put("OCF_CHECK_LEVEL", level));
        environment.put("PATH", SEARCH_PATH);
        environment.put("LC_ALL", "C");
        environment.put("OCF_ROOT", root.toString());
        environment.put("OCF_RA_VERSION_MAJOR", "1");
        environment.put("OCF_RA_VERSION_MINOR", "1");
        environment.put("OCF_RESOURCE_INSTANCE", context.resourceId());
        environment.put("OCF_RESOURCE_TYPE", type);
        environment.put("OCF_RESOURCE_PROVIDER", provider);
        environment.put("OCF_RESKEY_CRM_meta_name", operation.operation());
        environment.put(
                "OCF_RESKEY_CRM_meta_interval",
                Long.toString(operation.interval().toMillis()));
        environment.put(
                "OCF_RESKEY_CRM_meta_timeout",
                Long.toString(operation.remaining().toMillis()));
        environment.put("OCF_RESKEY_CRM_meta_on_node", context.nodeName());
        int colon = context.resourceId().lastIndexOf(':');
        if (colon >= 0) {
            environment.put("OCF_RESKEY_CRM_meta_clone", context.resourceId().substring(colon + 1));
        }
        return environment;
    }

    private Outcome outcome(OperationContext operation, ExternalCommand.Result result) {
        for (Outcome.Code code : Outcome.Code.values()) {
            if (code.ocf() == result.status()) {
                boolean fine = code == Outcome.Code.OK || code == Outcome.Code.RUNNING_PROMOTED;
                return new Outcome(code, fine ? "" : reason(operation, result));
            }
        }
        return Outcome.failed(reason(operation, result));
    }

    /** The reason that the script gives in the form for it, or else the last thing that it said. */
    private String reason(OperationContext operation, ExternalCommand.Result result) {
        List<String> lines =
                result.error().lines().filter(line -> !line.isBlank()).toList();
        String last = lines.isEmpty()
                ? result.output().lines().reduce((before, line) -> line).orElse("")
                : lines.get(lines.size() - 1);
        String said = lines.stream()
                .filter(line -> line.startsWith(REASON))
                .reduce((before, line) -> line)
                .map(line -> line.substring(REASON.length()))
                .orElse(last)
                .strip();
        String brief = said.length() > LONGEST_REASON ? said.substring(0, LONGEST_REASON) + "…" : said;
        String status = String.format(
                Locale.ROOT,
                "%s %s of %s ended with status %d",
                type,
                operation.operation(),
                context.resourceId(),
                result.status());
        return brief.isEmpty() ? status : brief + " (" + status + ")";
    }

    @Override
    public Tether tether() {
        return Tether.NONE;
    }

    @Override
    public void close() {
        runner.close();
    }
}
