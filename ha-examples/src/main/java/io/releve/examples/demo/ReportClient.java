package io.releve.examples.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A client that enters expense reports through the web application, one at a time, and tries each again under the same
 * id until it is told that the report is stored.
 *
 * <p>Thread-safe; everything it sends, it sends from one thread of its own.
 */
final class ReportClient implements AutoCloseable {

    /** As often as a client enters a report, or tries again. */
    private static final Duration PACE = Duration.ofMillis(20);

    private static final Duration CONNECT_TIMEOUT = Duration.ofMillis(250);
    private static final Duration REQUEST_TIMEOUT = Duration.ofMillis(500);

    private final ObjectMapper json = new ObjectMapper();
    private final List<URI> entrances;
    private final AckLog acks;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread made = new Thread(work, "client");
        made.setDaemon(true);
        return made;
    });
    private @Nullable ScheduledFuture<?> stream;
    // The rest is used on the client's own thread only.
    private int entrance;
    private UUID pending = UUID.randomUUID();

    /**
     * @param entrances where the application may be reached: the virtual IP, or without one each host in turn
     * @param acks told of everything that was acknowledged
     */
    ReportClient(List<URI> entrances, AckLog acks) {
        this.entrances = List.copyOf(entrances);
        this.acks = acks;
    }

    /** Begins to enter report after report. */
    synchronized void begin() {
        if (stream == null) {
            stream = thread.scheduleWithFixedDelay(this::attempt, 0, PACE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Stops entering reports, once the present one is acknowledged. */
    void end(Duration limit) throws InterruptedException {
        ScheduledFuture<?> running;
        synchronized (this) {
            running = stream;
            stream = null;
        }
        if (running != null) {
            running.cancel(false);
            enterOne(limit); // Also waits for the attempt under way; a report in doubt is settled by it.
        }
    }

    /**
     * Enters one report and waits until it is acknowledged; trying again as often as needed.
     *
     * @throws DemoFailure if it is not acknowledged in time
     */
    UUID enterOne(Duration limit) throws InterruptedException {
        UUID id = on(thread.submit(() -> pending), limit);
        ScheduledFuture<?> attempts =
                thread.scheduleWithFixedDelay(() -> attempt(id), 0, PACE.toMillis(), TimeUnit.MILLISECONDS);
        try {
            acks.awaitAck(id, limit);
            return id;
        } finally {
            attempts.cancel(false);
        }
    }

    /** Waits for what was submitted before to the client's thread. */
    private static <T> T on(Future<T> future, Duration limit) throws InterruptedException {
        try {
            return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new DemoFailure("the client is stuck: " + e, e);
        }
    }

    private void attempt(UUID only) {
        if (only.equals(pending)) {
            attempt();
        }
    }

    private void attempt() {
        long sent = System.nanoTime();
        try {
            HttpResponse<String> answer = http.send(request(pending), HttpResponse.BodyHandlers.ofString());
            JsonNode body = json.readTree(answer.body());
            if (answer.statusCode() == 200 || answer.statusCode() == 201) {
                UUID stored = pending;
                pending = UUID.randomUUID();
                acks.acknowledged(stored, sent, body.path("answeredBy").asText());
            } else if (answer.statusCode() == 503) {
                acks.refused(body.path("error").asText());
            } else {
                acks.broken("the web application answered with status " + answer.statusCode() + ": " + answer.body());
            }
        } catch (IOException e) {
            acks.refused(e.toString());
            entrance = (entrance + 1) % entrances.size();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            acks.broken("the client failed: " + e);
        }
    }

    private HttpRequest request(UUID id) {
        ObjectNode report = json.createObjectNode()
                .put("id", id.toString())
                .put("employee", "The demonstration's client")
                .put("purpose", "Report " + (acks.count() + 1))
                .put("day", LocalDate.now(java.time.ZoneId.systemDefault()).toString())
                .put("amount", "12.50");
        return HttpRequest.newBuilder(entrances.get(entrance).resolve("/api/reports"))
                .timeout(REQUEST_TIMEOUT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(report.toString()))
                .build();
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
