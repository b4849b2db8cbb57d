package io.releve.agent.process;

import io.releve.agent.AgentContext;
import io.releve.agent.ResourceAgentFactory;
import io.releve.agent.ServiceCheck;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Collects what the agents of a kind of process have in common. Not thread-safe. */
public final class ProcessAgentBuilder {

    private final Function<AgentContext, List<String>> command;
    private final Map<String, String> variables = new LinkedHashMap<>();
    private final Map<String, Supplier<char[]>> secrets = new LinkedHashMap<>();
    private @Nullable Path directory;
    private Optional<Path> workingDirectory = Optional.empty();
    private Optional<Path> output = Optional.empty();
    private Optional<ServiceCheck> check = Optional.empty();

    ProcessAgentBuilder(Function<AgentContext, List<String>> command) {
        this.command = command;
    }

    /** What is added to the JVM's environment. Secrets are asked for at each start, and not kept. */
    record Environment(Map<String, String> variables, Map<String, Supplier<char[]>> secrets) {
        Environment {
            variables = Map.copyOf(variables);
            secrets = Map.copyOf(secrets);
        }

        void addTo(Map<String, String> environment) {
            environment.putAll(variables);
            secrets.forEach((name, secret) -> environment.put(name, new String(secret.get())));
        }

        @Override
        public String toString() {
            return "Environment" + variables.keySet() + secrets.keySet();
        }
    }

    /**
     * Where the files are that tell which process is whose; made, for this user alone, if it does not exist. Must
     * be on a local file system, outlive the JVM, and belong to one node only. Required.
     */
    public ProcessAgentBuilder stateDirectory(Path where) {
        this.directory = where;
        return this;
    }

    /** The directory that the program runs in. Default: that of the JVM. */
    public ProcessAgentBuilder workingDirectory(Path where) {
        this.workingDirectory = Optional.of(where);
        return this;
    }

    /** The file that everything is appended to that the program writes to its terminal. Default: it is thrown away. */
    public ProcessAgentBuilder output(Path file) {
        this.output = Optional.of(file);
        return this;
    }

    /** Adds a variable to the environment that the program has from the JVM. */
    public ProcessAgentBuilder environment(String name, String value) {
        variables.put(name, value);
        return this;
    }

    /**
     * Adds a variable whose value is a secret.
     *
     * @param secret asked at each start of the program; never logged
     */
    public ProcessAgentBuilder secret(String name, Supplier<char[]> secret) {
        secrets.put(name, secret);
        return this;
    }

    /**
     * When the service is ready, and whether it is well. A start waits until the check succeeds, within its time-out; a
     * monitor makes the check once. Default: it is ready, and well, as long as its process runs.
     */
    public ProcessAgentBuilder check(ServiceCheck service) {
        this.check = Optional.of(service);
        return this;
    }

    /**
     * What to register with the cluster builder.
     *
     * @throws IllegalArgumentException if there is no state directory
     */
    public ResourceAgentFactory build() {
        Path where = directory;
        if (where == null) {
            throw new IllegalArgumentException(
                    "stateDirectory: missing; without it, a restarted JVM would not know which processes are its own");
        }
        ProcessAgent.Settings settings = new ProcessAgent.Settings(
                command, where, workingDirectory, output, new Environment(variables, secrets), check);
        return context -> new ProcessAgent(settings, context);
    }
}
