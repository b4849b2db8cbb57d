package io.releve.examples.expenses;

import io.releve.agent.AgentContext;
import io.releve.agent.OperationContext;
import io.releve.agent.Outcome;
import io.releve.agent.ResourceAgent;
import io.releve.check.HealthCheck;
import io.releve.check.HttpCheck;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Runs the expense-report application inside the node's own JVM: an agent need not be more than an object that starts
 * and stops another one.
 *
 * <p>Parameters: {@code ip}, the address to listen on (default {@code 0.0.0.0}, all), and {@code port} (default: the
 * one given to the constructor).
 */
public final class WebApplicationAgent implements ResourceAgent {

    private final String node;
    private final Map<String, String> parameters;
    private final Supplier<DataSource> database;
    private final int defaultPort;
    private @Nullable ExpenseServer server;
    private @Nullable HealthCheck health;

    /**
     * @param context the resource's parameters and the node's name
     * @param database where the reports go; asked for when the application starts
     * @param defaultPort where to listen, if the resource has no parameter {@code port}
     */
    public WebApplicationAgent(AgentContext context, Supplier<DataSource> database, int defaultPort) {
        this.node = context.nodeName();
        this.parameters = context.parameters();
        this.database = database;
        this.defaultPort = defaultPort;
    }

    @Override
    public List<String> validate() {
        List<String> problems = new ArrayList<>();
        String port = parameters.getOrDefault("port", Integer.toString(defaultPort));
        if (!port.matches("\\d{1,5}") || Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65_535) {
            problems.add("port is \"" + port + "\"; it must be a number from 1 to 65535");
        }
        if (host().isBlank()) {
            problems.add("ip is empty; leave it out to listen on all addresses");
        }
        return problems;
    }

    @Override
    public Outcome start(OperationContext operation) {
        List<String> problems = validate();
        if (!problems.isEmpty()) {
            return Outcome.badParameter(String.join("; ", problems));
        }
        if (server != null && server.isRunning()) {
            return Outcome.ok();
        }
        ExpenseServer starting =
                new ExpenseServer(node, host(), port(), database.get(), Clock.system(ZoneId.systemDefault()));
        try {
            starting.start();
        } catch (IOException e) {
            return Outcome.failed(String.valueOf(e.getMessage()));
        }
        server = starting;
        String where = host().equals("0.0.0.0") ? "127.0.0.1" : host();
        health = HttpCheck.of(URI.create("http://" + where + ":" + port() + "/health"))
                .build();
        return Outcome.ok();
    }

    @Override
    public Outcome stop(OperationContext operation) {
        if (server != null) {
            server.close();
            server = null;
        }
        return Outcome.ok();
    }

    @Override
    public Outcome monitor(OperationContext operation) throws InterruptedException {
        if (server == null || health == null) {
            return Outcome.notRunning("the web application is not started");
        }
        if (!server.isRunning()) {
            return Outcome.failed("the web application has stopped by itself");
        }
        return health.check(operation.remaining());
    }

    private String host() {
        return parameters.getOrDefault("ip", "0.0.0.0");
    }

    private int port() {
        return Integer.parseInt(parameters.getOrDefault("port", Integer.toString(defaultPort)));
    }
}
