package io.releve.mysql.testing;

import static org.junit.jupiter.api.Assumptions.abort;

import com.github.dockerjava.api.exception.InternalServerErrorException;
import com.github.dockerjava.api.exception.NotFoundException;
import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.config.ServerLogin;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.mysql.MySQLContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A MySQL server in a container: the image named by {@code -Dreleve.mysql.image}, which is pulled if need be, else the one
 * that {@code .ci/mysql97 image} makes. Without Docker, or without that image, the test is skipped.
 */
record ContainerServer(MySQLContainer container) implements RunningServer {

    private static final String OWN_IMAGE = "releve/mysql:9.7";
    private static final String PASSWORD = "root#1";

    static ContainerServer start(List<String> options, List<String> first) {
        MySQLContainer container = new MySQLContainer(
                        DockerImageName.parse(image()).asCompatibleSubstituteFor("mysql"))
                .withUsername("root")
                .withPassword(PASSWORD)
                .withCommand(options.toArray(String[]::new));
        container.start();
        ServerLogin root = TestRing.login(container.getMappedPort(3306), "root", PASSWORD, "");
        try (Connection connection = root.connect();
                Statement statement = connection.createStatement()) {
            boolean closed = options.contains("--super-read-only=ON");
            if (closed) {
                statement.execute("SET GLOBAL super_read_only=OFF");
            }
            for (String sql : first) {
                statement.execute(sql);
            }
            if (closed) {
                statement.execute("SET GLOBAL super_read_only=ON");
            }
        } catch (SQLException e) {
            container.stop();
            throw new IllegalStateException(e);
        }
        return new ContainerServer(container);
    }

    private static String image() {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            abort("Docker is not here, or its daemon does not answer");
        }
        String named = System.getProperty("releve.mysql.image", "");
        if (!named.isBlank()) {
            return named;
        }
        try (var inspection = DockerClientFactory.instance().client().inspectImageCmd(OWN_IMAGE)) {
            inspection.exec();
            return OWN_IMAGE;
        } catch (NotFoundException e) {
            return abort("the image " + OWN_IMAGE + " is not here; make it with .ci/mysql97 image, or name another with"
                    + " -Dreleve.mysql.image=mysql:9");
        }
    }

    int port() {
        return container.getMappedPort(3306);
    }

    @Override
    public boolean isAlive() {
        return container.isRunning();
    }

    @Override
    public String log() {
        return container.getLogs();
    }

    @Override
    public void pause() {
        CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS))
                .join();
    }

    @Override
    public MySqlServer address(int port) {
        String own = container.getContainerInfo().getNetworkSettings().getNetworks().values().stream()
                .findFirst()
                .orElseThrow()
                .getIpAddress();
        return new MySqlServer(1, "serv1", own, 3306);
    }

    /** Docker gives a freezer that is not done at once up ("unable to freeze"), and has the container run on. */
    @Override
    public void freeze() {
        InternalServerErrorException last = null;
        for (int i = 0; i < 5; i++) {
            try {
                container
                        .getDockerClient()
                        .pauseContainerCmd(container.getContainerId())
                        .exec();
                return;
            } catch (InternalServerErrorException e) {
                last = e;
            }
        }
        throw new IllegalStateException("the container could not be paused", last);
    }

    @Override
    public void thaw() {
        container
                .getDockerClient()
                .unpauseContainerCmd(container.getContainerId())
                .exec();
    }

    @Override
    public void close() {
        container.stop();
    }
}
