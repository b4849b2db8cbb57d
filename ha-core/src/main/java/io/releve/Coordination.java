package io.releve;

import io.releve.coordination.Coordinator;
import io.releve.coordination.zookeeper.ZooKeeperCoordinator;
import io.releve.coordination.zookeeper.ZooKeeperSettings;
import io.releve.model.ConfigProblem;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the builder collects about the way to ZooKeeper. Not thread-safe. */
final class Coordination {

    private String connectString = "";
    private Optional<Duration> sessionTimeout = Optional.empty();
    private Optional<String> root = Optional.empty();
    private Optional<String> user = Optional.empty();
    private Supplier<char[]> password = () -> new char[0];

    void connectString(String servers) {
        connectString = servers;
    }

    void sessionTimeout(Duration timeout) {
        sessionTimeout = Optional.of(timeout);
    }

    void root(String path) {
        root = Optional.of(path);
    }

    void credentials(String newUser, Supplier<char[]> newPassword) {
        user = Optional.of(newUser);
        password = newPassword;
    }

    /** The settings, or empty where they have mistakes, which are added to the problems. */
    @Nullable
    ZooKeeperSettings settings(String cluster, List<ConfigProblem> problems) {
        ZooKeeperSettings.Builder builder =
                ZooKeeperSettings.builder(connectString, cluster.isEmpty() ? "unnamed" : cluster);
        sessionTimeout.ifPresent(builder::sessionTimeout);
        root.ifPresent(builder::root);
        user.ifPresent(name -> builder.digest(name, password));
        try {
            return builder.build();
        } catch (IllegalArgumentException mistakes) {
            String message = String.valueOf(mistakes.getMessage());
            for (String line : message.split("\n", -1)) {
                int colon = line.indexOf(": ");
                problems.add(
                        colon < 0
                                ? new ConfigProblem("zooKeeper", line)
                                : new ConfigProblem(line.substring(0, colon), line.substring(colon + 2)));
            }
            return null;
        }
    }

    static Coordinator coordinator(ZooKeeperSettings settings) {
        return new ZooKeeperCoordinator(settings);
    }
}
