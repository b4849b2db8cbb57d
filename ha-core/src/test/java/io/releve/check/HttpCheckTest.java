package io.releve.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.releve.agent.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpCheckTest {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final CountDownLatch end = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;
    private URI uri;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/well", exchange -> {
            byte[] page = "<html>Fiches de frais: 3 notées</html>".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        server.createContext("/ill", exchange -> {
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        });
        server.createContext("/moved", exchange -> {
            exchange.getResponseHeaders().add("Location", "/well");
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        server.createContext("/stalls", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('a');
            exchange.getResponseBody().flush();
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
        server.createContext("/endless", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream body = exchange.getResponseBody()) {
                byte[] chunk = new byte[1 << 16];
                while (end.getCount() > 0) {
                    body.write(chunk);
                }
            }
        });
        server.start();
        uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private HttpCheck.Builder page(String path) {
        return HttpCheck.of(uri.resolve(path));
    }

    @Test
    void shouldBeOkForAPageThatAnswers() throws Exception {
        assertThat(page("/well").build().check(LIMIT)).isEqualTo(Outcome.ok());
    }

    @Test
    void shouldLookForThePatternAnywhereInThePage() throws Exception {
        assertThat(page("/well").content(Pattern.compile("\\d notées")).build().check(LIMIT))
                .isEqualTo(Outcome.ok());
        Outcome outcome =
                page("/well").content(Pattern.compile("SQLException")).build().check(LIMIT);

        assertThat(outcome.code()).isEqualTo(Outcome.Code.GENERIC);
        assertThat(outcome.reason())
                .endsWith("/well answered with status 200, but nothing in its 39 bytes matches" + " 'SQLException'");
    }

    @Test
    void shouldFailForAnotherStatus() throws Exception {
        assertThat(page("/ill").build().check(LIMIT))
                .isEqualTo(Outcome.failed(uri + "/ill answered with status 503 instead of 200 to 299"));
        assertThat(page("/ill").status(503).build().check(LIMIT)).isEqualTo(Outcome.ok());
    }

    @Test
    void shouldNotFollowARedirection() throws Exception {
        assertThat(page("/moved").build().check(LIMIT).reason()).contains("status 302");
    }

    @Test
    void shouldSayNotRunningWhereNobodyListens() throws Exception {
        HttpCheck check = page("/well").build();
        server.stop(0);

        Outcome outcome = check.check(LIMIT);

        assertThat(outcome.code()).as(outcome.toString()).isEqualTo(Outcome.Code.NOT_RUNNING);
        assertThat(outcome.reason()).startsWith("nothing answers at " + uri + "/well");
    }

    @Test
    void shouldFailForAPageThatStallsHalfWay() throws Exception {
        assertThat(page("/stalls").build().check(Duration.ofMillis(200)))
                .isEqualTo(Outcome.failed(uri + "/stalls did not answer completely within 200 ms"));
    }

    @Test
    void shouldNotReadAPageWithoutEnd() throws Exception {
        assertThat(page("/endless").build().check(LIMIT)).isEqualTo(Outcome.ok());
    }

    @Test
    void shouldFailWithoutTime() throws Exception {
        assertThat(page("/well").build().check(Duration.ofMillis(-1)).code()).isEqualTo(Outcome.Code.GENERIC);
    }

    @Test
    void shouldRefuseWhatIsNoPage() {
        assertThatThrownBy(() -> HttpCheck.of(URI.create("ftp://serv1/"))).hasMessageContaining("ftp://serv1/");
        assertThatThrownBy(() -> HttpCheck.of(URI.create("/health")))
                .hasMessageContaining("http://localhost:8080/health");
        assertThatThrownBy(() -> page("/").status(42)).hasMessageContaining("42");
    }
}
